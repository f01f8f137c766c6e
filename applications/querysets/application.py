"""Which applications."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from applications.enums import NOT_COUNTING, ApplicationStatus, MemberRole, ReviewStatus
from applications.querysets.calls import is_open
from core.accounts.models import User
from core.annotating import with_declared
from core.mail.models import Message

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.calls import Call
    from core.mail.querysets import MessageQuerySet


def may_read(user: User, through: str = "") -> Q:
    """Return the condition of applications whose versions and documents a person may read.

    These are its members, reviewers at work, and permitted staff. The joins may repeat rows.

    Args:
        user: the person.
        through: the column that leads to the application, with `__`; empty for applications themselves.
    """
    condition = Q(**{f"{through}members__user": user})
    if user.is_staff:
        # A reviewer reads nothing before having declared that there is no conflict.
        at_work = [ReviewStatus.SCORING, ReviewStatus.SUBMITTED]
        condition |= Q(**{f"{through}reviews__reviewer": user, f"{through}reviews__status__in": at_work})
        if user.has_perm("applications.view_application"):
            condition |= Q(**{f"{through}submissions__number": 1})
    return condition


def held_letter_about(key: str) -> Exists:
    """Whether a letter is held about the application whose key stands in a column."""
    return Exists(_held_letters(key))


def held_letter_time(key: str) -> Subquery:
    """When the oldest held letter about the application was written whose key stands in a column."""
    return Subquery(_held_letters(key).order_by("created_at").values("created_at")[:1])


def _held_letters(key: str) -> MessageQuerySet:
    about = Concat(Value("application:"), Cast(OuterRef(key), TextField()))
    return Message.objects.held().filter(about=about)


class ApplicationQuerySet(QuerySet["Application"]):
    def for_member(self, user: User) -> ApplicationQuerySet:
        """Those on which the person works, with the person's rights as `role`."""
        return with_declared(self.filter(members__user=user), role=F("members__role"))

    def with_writer(self, user_id: int) -> ApplicationQuerySet:
        """Those in which the person wrote an answer last."""
        as_text = Cast("writers", TextField())
        return self.annotate(writers_text=as_text).filter(writers_text__regex=rf": {user_id}\M")

    def led_by(self, user: User) -> ApplicationQuerySet:
        return self.filter(members__user=user, members__role=MemberRole.LEAD)

    def never_submitted(self) -> ApplicationQuerySet:
        """Those that nobody but their members ever saw, withdrawn ones included."""
        return self.filter(submissions__isnull=True)

    def in_calls_closed_before(self, moment: datetime) -> ApplicationQuerySet:
        return self.filter(call__closes_at__lt=moment)

    def drafts_led_by(self, user: User) -> ApplicationQuerySet:
        """Those never submitted, in calls that are still open."""
        return self.led_by(user).filter(is_open(timezone.now(), "call__"), status=ApplicationStatus.DRAFT)

    def with_held_letters(self) -> ApplicationQuerySet:
        """Adds `has_held_letter`: one that waits for its release."""
        return with_declared(self, has_held_letter=held_letter_about("pk"))

    def without_held_letters(self) -> ApplicationQuerySet:
        """Those that know whatever was decided about them."""
        return self.exclude(held_letter_about("pk"))

    def with_document_count(self) -> ApplicationQuerySet:
        """Adds `document_count`, of those in the section of documents that were not removed."""
        counted = self.model.including_tests.filter(pk=OuterRef("pk")).order_by().values("pk")
        is_listed = Q(documents__removed_at__isnull=True, documents__question="documents")
        count = counted.annotate(count=Count("documents", is_listed))
        return with_declared(self, document_count=Subquery(count.values("count")))

    def needing_reminder(self, call: Call, *, started_before: datetime) -> ApplicationQuerySet:
        """Drafts, and submitted ones with changes that were not submitted."""
        has_unsent_changes = Q(status=ApplicationStatus.SUBMITTED) & ~Q(submitted_revision=F("revision"))
        return self.filter(
            Q(status=ApplicationStatus.DRAFT) | has_unsent_changes, call=call, created_at__lt=started_before
        )

    def submitted(self) -> ApplicationQuerySet:
        """Those that staff may see: at least one version was submitted."""
        return self.filter(submissions__number=1)

    def lacking_reviewers(self) -> ApplicationQuerySet:
        """Fewer asked than the call wants."""
        asked = Count("reviews", ~Q(reviews__status__in=NOT_COUNTING))
        return self.annotate(asked=asked).filter(asked__lt=F("call__reviews_wanted"))

    def eligible(self) -> ApplicationQuerySet:
        return self.filter(status=ApplicationStatus.ELIGIBLE)

    def awaiting_screening(self) -> ApplicationQuerySet:
        return self.filter(status=ApplicationStatus.SUBMITTED)

    def undecided(self) -> ApplicationQuerySet:
        """Submitted, and neither refused nor given an outcome."""
        return self.filter(
            status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ELIGIBLE]
        )

    def candidates(self) -> ApplicationQuerySet:
        """Those that a selection may give an outcome: eligible, or on the reserve list of a former one."""
        return self.filter(status__in=[ApplicationStatus.ELIGIBLE, ApplicationStatus.RESERVE])
