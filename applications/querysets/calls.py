"""Which calls."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from applications.enums import ApplicationStatus
from core.annotating import with_declared

if TYPE_CHECKING:
    from applications.models.calls import Call


def is_open(at: datetime, through: str = "") -> Q:
    """Return the condition of calls that are open then, or of rows that lead to one `through` a column."""
    inside = Q(**{f"{through}opens_at__lte": at, f"{through}closes_at__gt": at, f"{through}is_draft": False})
    return inside & ~Q(**{f"{through}results_published_at__lte": at})


class CallQuerySet(QuerySet["Call"]):
    def shown(self) -> CallQuerySet:
        """Those that anybody outside may see: all but drafts."""
        return self.filter(is_draft=False)

    def open(self, at: datetime | None = None) -> CallQuerySet:
        return self.filter(is_open(at or timezone.now()))

    def awaiting_reviews(self, at: datetime) -> CallQuerySet:
        """Those with a time by which reviews are due, still to come."""
        return self.filter(reviews_due_at__gt=at)

    def with_eligible(self) -> CallQuerySet:
        """Those with at least one eligible application."""
        with_one = self.model.objects.filter(applications__status=ApplicationStatus.ELIGIBLE)
        return self.filter(pk__in=with_one.values("pk"))

    def of_applications(self, applications: QuerySet[Any]) -> CallQuerySet:
        """Those with any of some applications."""
        with_one = self.model.objects.filter(applications__in=applications.order_by().values("pk"))
        return self.filter(pk__in=with_one.values("pk"))

    def with_submitted_count(self) -> CallQuerySet:
        """Adds `submitted_count`, of the applications that were submitted."""
        submitted = Count("applications", Q(applications__submissions__number=1))
        return with_declared(self, submitted_count=submitted)

    def with_extensions(self) -> CallQuerySet:
        return self.prefetch_related("extensions")

    def with_own_places(self) -> CallQuerySet:
        return self.filter(places__isnull=False)

    def with_criteria(self) -> CallQuerySet:
        return self.prefetch_related("criteria")
