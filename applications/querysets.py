"""Which calls, applications, documents, reviews, selections and pilot regions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from applications.enums import (
    PILOT_PLACES,
    ApplicationStatus,
    MemberRole,
    PartnerEvent,
    PilotStatus,
    ReviewStatus,
    SelectionOutcome,
    SelectionStatus,
)
from core.mail.models import Message

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.calls import Call
    from applications.models.clarifications import Clarification
    from applications.models.documents import Document
    from applications.models.members import Invitation, PartnerRecord
    from applications.models.pilots import PilotRegion
    from applications.models.reviews import Review
    from applications.models.selection import Selection, SelectionEntry
    from applications.models.submissions import Submission

NOT_COUNTING = (ReviewStatus.CONFLICTED, ReviewStatus.WITHDRAWN)
OPEN_REVIEWS = (ReviewStatus.ASSIGNED, ReviewStatus.SCORING)


class CallQuerySet(QuerySet["Call"]):
    def open(self, at: datetime | None = None) -> CallQuerySet:
        at = at or timezone.now()
        return self.filter(opens_at__lte=at, closes_at__gt=at).exclude(results_published_at__lte=at)

    def awaiting_reviews(self, at: datetime) -> CallQuerySet:
        """Those with a time by which reviews are due, still to come."""
        return self.filter(reviews_due_at__gt=at)

    def with_eligible(self) -> CallQuerySet:
        """Those with at least one eligible application."""
        application = self.model.applications.rel.related_model
        return self.filter(Exists(application.objects.eligible().filter(call=OuterRef("pk"))))

    def with_extensions(self) -> CallQuerySet:
        return self.prefetch_related("extensions")

    def with_own_places(self) -> CallQuerySet:
        return self.filter(places__isnull=False)

    def with_criteria(self) -> CallQuerySet:
        return self.prefetch_related("criteria")


class ApplicationQuerySet(QuerySet["Application"]):
    def for_member(self, user: Any) -> ApplicationQuerySet:
        """Those on which the person works, with the person's rights as `role`."""
        return self.filter(members__user=user).annotate(role=F("members__role"))

    def with_writer(self, user_id: int) -> ApplicationQuerySet:
        """Those in which the person wrote an answer last."""
        as_text = Cast("writers", TextField())
        return self.annotate(writers_text=as_text).filter(writers_text__regex=rf": {user_id}\M")

    def led_by(self, user: Any) -> ApplicationQuerySet:
        return self.filter(members__user=user, members__role=MemberRole.LEAD)

    def never_submitted(self) -> ApplicationQuerySet:
        """Those that nobody but their members ever saw, withdrawn ones included."""
        return self.filter(submissions__isnull=True)

    def in_calls_closed_before(self, moment: datetime) -> ApplicationQuerySet:
        return self.filter(call__closes_at__lt=moment)

    def drafts_led_by(self, user: Any) -> ApplicationQuerySet:
        """Those never submitted, in calls that are still open."""
        calls = self.model.call.field.related_model.objects.open()
        led = self.filter(members__user=user, members__role=MemberRole.LEAD)
        return led.filter(status=ApplicationStatus.DRAFT, call__in=calls)

    def with_held_letters(self) -> ApplicationQuerySet:
        """Adds `has_held_letter`: one that waits for its release."""
        about = Concat(Value("application:"), Cast(OuterRef("pk"), TextField()))
        return self.annotate(has_held_letter=Exists(Message.objects.held().filter(about=about)))

    def with_document_count(self) -> ApplicationQuerySet:
        """Adds `document_count`, of those that were not removed."""
        present = self.model.documents.rel.related_model.objects.present().filter(application=OuterRef("pk"))
        count = present.order_by().values("application").annotate(count=Count("pk")).values("count")
        return self.annotate(document_count=Coalesce(Subquery(count), 0))

    def needing_reminder(self, call: Any, *, started_before: datetime) -> ApplicationQuerySet:
        """Drafts, and submitted ones with changes that were not submitted."""
        has_unsent_changes = Q(status=ApplicationStatus.SUBMITTED) & ~Q(submitted_revision=F("revision"))
        return self.filter(
            Q(status=ApplicationStatus.DRAFT) | has_unsent_changes, call=call, created_at__lt=started_before
        )

    def submitted(self) -> ApplicationQuerySet:
        """Those that staff may see: at least one version was submitted."""
        return self.filter(submissions__number=1)

    def with_latest_version(self) -> ApplicationQuerySet:
        """Those that staff may see, with the last version as `latest_version`, without its answers."""
        versions = self.model.submissions.rel.related_model.objects.latest_versions().without_answers()
        return self.submitted().prefetch_related(Prefetch("submissions", versions, to_attr="loaded_versions"))

    def with_standing(self, user: Any = None) -> ApplicationQuerySet:
        """Adds what the ranking shows; totals are points from 0 to 100, and only final reviews have one.

        reviews_asked, reviews_final: how many; mean_total, adjusted_total: raw, and less the reviewers'
        leniency; spread: between the highest and the lowest total; is_blind: `user` has a review of it
        that is not final. Then the three totals are None, so that no column, order, filter or export
        tells what others scored.
        """
        review = self.model.reviews.rel.related_model
        total = Cast("reviews__total", FloatField())
        return self.annotate(
            is_blind=Exists(review.objects.open_for(user).filter(application=OuterRef("pk"))),
            reviews_asked=Count("reviews", ~Q(reviews__status__in=NOT_COUNTING)),
            reviews_final=Count("reviews", Q(reviews__status=ReviewStatus.SUBMITTED)),
            mean_total=_unless_blind(Avg("reviews__total")),
            adjusted_total=_unless_blind(Avg(total - F("reviews__leniency__points"))),
            spread=_unless_blind(Max("reviews__total") - Min("reviews__total")),
        )

    def lacking_reviewers(self) -> ApplicationQuerySet:
        """Fewer asked than the call wants."""
        asked = Count("reviews", ~Q(reviews__status__in=NOT_COUNTING))
        return self.annotate(asked=asked).filter(asked__lt=F("call__reviews_wanted"))

    def below_threshold(self, user: Any = None) -> ApplicationQuerySet:
        """Those with a mean score, for some criterion, below its threshold, as far as `user` may know."""
        score = self.model.reviews.rel.related_model.scores.rel.related_model
        low = (
            score.objects.filter(review__status=ReviewStatus.SUBMITTED)
            .values("review__application", "criterion")
            .annotate(mean=Avg("score"))
            .filter(mean__lt=F("criterion__threshold"))
        )
        own = self.model.reviews.rel.related_model.objects.open_for(user).values("application")
        return self.filter(pk__in=low.values("review__application")).exclude(pk__in=own)

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


def _unless_blind(total: Any) -> Case:
    return Case(When(is_blind=True, then=None), default=total)


def readable_applications(user: Any) -> QuerySet:
    """Those whose versions and documents a person may read: members, reviewers at work, permitted staff."""
    application = apps.get_model("applications", "Application")
    may_read = Q(members__user=user)
    if user.is_staff:
        # A reviewer reads nothing before having declared that there is no conflict.
        at_work = [ReviewStatus.SCORING, ReviewStatus.SUBMITTED]
        may_read |= Q(reviews__reviewer=user, reviews__status__in=at_work)
        if user.has_perm("applications.view_application"):
            may_read |= Q(submissions__number=1)
    return application.objects.filter(may_read).values("pk")


class InvitationQuerySet(QuerySet["Invitation"]):
    def awaiting(self) -> InvitationQuerySet:
        """Neither accepted nor taken back."""
        return self.filter(accepted_at__isnull=True, taken_back_at__isnull=True)

    def not_accepted(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=True)

    def taken_back(self) -> InvitationQuerySet:
        return self.filter(taken_back_at__isnull=False)

    def invited_since(self, at: datetime) -> InvitationQuerySet:
        return self.filter(invited_at__gte=at)

    def for_email(self, email: str) -> InvitationQuerySet:
        return self.filter(email=email)


class PartnerRecordQuerySet(QuerySet["PartnerRecord"]):
    def lapsed_keys(self) -> set[Any]:
        """The keys of the partners that were changed after they were asked or had confirmed."""
        return set(self.filter(event=PartnerEvent.LAPSED).values_list("partner_key", flat=True))


class ClarificationQuerySet(QuerySet["Clarification"]):
    def awaiting(self) -> ClarificationQuerySet:
        """Not yet answered; at most one for each application."""
        return self.filter(answered_at__isnull=True)


# How long to wait after the first, second… failure to make a PDF; after the last one staff are told.
PDF_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


class SubmissionQuerySet(QuerySet["Submission"]):
    def readable_by(self, user: Any) -> SubmissionQuerySet:
        return self.filter(application__in=readable_applications(user))

    def latest_versions(self) -> SubmissionQuerySet:
        """The last version of each application."""
        later = self.model.objects.filter(application=OuterRef("application"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

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
        return self.without_pdf()._with_failures().filter(failures__gt=len(PDF_WAITS))

    def _with_failures(self) -> SubmissionQuerySet:
        return self.annotate(failures=Count("pdf_failures"), failed_at=Max("pdf_failures__at"))

    def without_answers(self) -> SubmissionQuerySet:
        """For lists: the columns that PostgreSQL reads out of the answers, not the answers."""
        return self.defer("snapshot")


class DocumentQuerySet(QuerySet["Document"]):
    def readable_by(self, user: Any) -> DocumentQuerySet:
        return self.filter(application__in=readable_applications(user))

    def present(self) -> DocumentQuerySet:
        return self.filter(removed_at__isnull=True)

    def on_disk(self) -> DocumentQuerySet:
        """Those whose file is still there, removed ones included."""
        return self.filter(file_deleted_at__isnull=True)

    def removed_before(self, moment: datetime) -> DocumentQuerySet:
        """Those that are still on the disk though removed for long, and not known to stand in a version."""
        return self.on_disk().filter(removed_at__lt=moment, is_in_version=False)

    def total_size(self) -> int:
        """Return their bytes together."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class ReviewQuerySet(QuerySet["Review"]):
    def assigned_to(self, user: Any) -> ReviewQuerySet:
        return self.filter(reviewer=user).exclude(status=ReviewStatus.WITHDRAWN)

    def final(self) -> ReviewQuerySet:
        return self.filter(status=ReviewStatus.SUBMITTED)

    def unfinished(self) -> ReviewQuerySet:
        return self.filter(status__in=OPEN_REVIEWS)

    def for_letters(self) -> ReviewQuerySet:
        """With what a letter names, the reviews of one person together."""
        return self.select_related("reviewer", "application__call").order_by("reviewer", "application")

    def with_submitted_title(self) -> ReviewQuerySet:
        """Adds `submitted_title`, of the application's last version."""
        submission = self.model.submission.field.related_model
        versions = submission.objects.filter(application=OuterRef("application")).order_by("-number")
        return self.annotate(submitted_title=Subquery(versions.values("title")[:1]))

    def without_others_while_open(self, user: Any) -> ReviewQuerySet:
        """Leaves out what others say of applications of which `user` still has a review to finish."""
        own = self.model.objects.open_for(user).values("application")
        return self.filter(Q(reviewer=user) | ~Q(application__in=own))

    def open_for(self, user: Any) -> ReviewQuerySet:
        return self.unfinished().filter(reviewer=user)


class SelectionQuerySet(QuerySet["Selection"]):
    def awaiting_confirmation(self) -> SelectionQuerySet:
        return self.filter(status=SelectionStatus.PROPOSED)

    def awaiting_confirmation_by(self, user: Any) -> SelectionQuerySet:
        """Proposed by somebody else."""
        return self.awaiting_confirmation().exclude(proposed_by=user)

    def confirmed_of(self, call: Any) -> SelectionQuerySet:
        """Those that gave an outcome to an application of the call, also over all calls together."""
        return self.filter(status=SelectionStatus.CONFIRMED, entries__application__call=call).distinct()


class SelectionEntryQuerySet(QuerySet["SelectionEntry"]):
    def selected(self) -> SelectionEntryQuerySet:
        return self.filter(outcome=SelectionOutcome.SELECTED)


class PilotRegionQuerySet(QuerySet["PilotRegion"]):
    def active(self) -> PilotRegionQuerySet:
        return self.filter(status=PilotStatus.ACTIVE)

    def places_left(self) -> int:
        """Of the 30 places of all calls together."""
        return PILOT_PLACES - self.active().count()

    def with_units(self) -> PilotRegionQuerySet:
        return self.prefetch_related("units__country")

    def public(self) -> PilotRegionQuerySet:
        return self.active().filter(is_public=True)

    def with_unconfirmed_languages(self) -> PilotRegionQuerySet:
        """Those that a run reads languages of which nobody has confirmed."""
        side = self.model.sides.rel.related_model
        return self.active().filter(Exists(side.objects.filter(region=OuterRef("pk"), is_default=True)))

    def for_matching(self) -> PilotRegionQuerySet:
        """With everything that a run reads, in a fixed number of queries."""
        return (
            self.active()
            .order_by("pk")
            .select_related("application")
            .prefetch_related(
                "sides__languages", "needs", "months", "units", "working_languages", "application__partners"
            )
        )
