"""Which versions of applications."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from applications.querysets.application import may_read
from core.accounts.models import User

if TYPE_CHECKING:
    from applications.models.submissions import Submission

# How long to wait after the first, second… failure to make a PDF; after the last one staff are told.
PDF_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


class SubmissionQuerySet(QuerySet["Submission"]):
    def readable_by(self, user: User) -> SubmissionQuerySet:
        readable = self.model.objects.filter(may_read(user, "application__"))
        return self.filter(pk__in=readable.values("pk"))

    def latest_versions(self) -> SubmissionQuerySet:
        """The last version of each application."""
        later = self.model.objects.filter(application=OuterRef("application"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def count_by_call_status_countries(self) -> QuerySet[Any, Any]:
        """Return call, status, countries of the partners and number of the applications that are alike."""
        real = self.latest_versions().filter(application__is_test=False).order_by()
        return real.values_list("application__call", "application__status", "countries").annotate(Count("pk"))

    def without_pdf(self) -> SubmissionQuerySet:
        """Those whose PDF nobody has made yet, the oldest first."""
        return self.filter(pdf__isnull=True).order_by("pk")

    def due_for_pdf(self, now: datetime) -> SubmissionQuerySet:
        """Those whose PDF is to be made: never tried, or tried so long ago that it is time to try again."""
        due = Q(failures=0)
        for failures, wait in enumerate(PDF_WAITS, start=1):
            due |= Q(failures=failures, failed_at__lt=now - wait)
        return self.without_pdf()._with_failures().filter(due)

    def with_hopeless_pdf(self) -> SubmissionQuerySet:
        """Those whose PDF failed so often that nobody tries any more by itself."""
        return self.without_pdf()._with_failures().filter(Q(failures__gt=len(PDF_WAITS)))

    def _with_failures(self) -> SubmissionQuerySet:
        return self.annotate(failures=Count("pdf_failures"), failed_at=Max("pdf_failures__at"))

    def without_answers(self) -> SubmissionQuerySet:
        """For lists: the columns that PostgreSQL reads out of the answers, not the answers."""
        return self.defer("snapshot")
