"""Which rows of applications, reviews and selections are decisions of staff."""

from __future__ import annotations

from functools import partial

from django.db.models import Case, Exists, F, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, PilotStatus, ReviewStatus, SelectionStatus
from applications.models import (
    ApplicationChange,
    CallExtension,
    CriteriaVersion,
    LetterEdit,
    Member,
    PilotRegionChange,
    Review,
    ReviewChange,
    SelectionChange,
    SidesConfirmation,
)
from applications.selecting.readiness import CONFIRMING, PROPOSING
from core.accounts.models import User
from core.decision_log.sources import Source, joined, said_at
from core.decision_log.wording import unfinished_in_words
from core.templatetags.impact_time import brussels

EDITS = "edits of values, in the history of the row; what is decided has a row of its own"
NO_DECISIONS = {
    "applications.Submission": "what applicants submit",
    "applications.SubmissionPdf": "a file of a submission",
    "applications.SubmissionPdfFailure": "a file that could not be made",
    "applications.SubmissionAttempt": "what applicants try",
    "applications.PartnerRecord": "what partners answer",
    "applications.SelectionSave": "work on a scenario; its proposal is the decision",
    "applications.HistoricalCall": EDITS,
    "applications.HistoricalCriterion": "edits before scoring; each change is a version of the criteria",
    "applications.HistoricalLetterTemplate": EDITS,
    "applications.HistoricalPilotRegion": EDITS,
    "applications.HistoricalPilotRegionSide": EDITS,
    "applications.HistoricalPilotRegionNeed": EDITS,
    "applications.HistoricalPilotRegionMonth": EDITS,
    "applications.HistoricalReviewerProfile": EDITS,
    "applications.HistoricalReviewScore": "work on a score sheet; its submission is the decision",
}
CHANGED, REOPENED, CONFIRMED = "changed", "reopened", "confirmed"
# As PostgreSQL writes a truth.
YES, NO = "true", "false"


def sources() -> list[Source]:
    return [
        _extensions(),
        _criteria(),
        _applications(),
        _reviews(),
        _selections(),
        _letters(),
        _regions(),
        _sides(),
    ]


def _extensions() -> Source:
    return Source(
        code="applications.callextension",
        rows=CallExtension.objects.all,
        permission="applications.view_callextension",
        noun=_("Call"),
        verbs=lambda: {NO: _("Extended"), YES: _("Extension corrected")},
        about="applications.call",
        key="call_id",
        label=F("call__title__shown"),
        verb=Cast("is_correction", TextField()),
        detail=joined("closed_at", Value(" → "), "closes_at"),
        detail_words=_times_in_words,
    )


def _times_in_words(detail: str) -> str:
    times = [parse_datetime(text) for text in detail.split(" → ")]
    return " → ".join(brussels(at) if at else "–" for at in times)


def _criteria() -> Source:
    return Source(
        code="applications.criteriaversion",
        rows=lambda: CriteriaVersion.objects.filter(made_by__isnull=False),
        permission="applications.view_criteriaversion",
        noun=_("Criteria"),
        verbs=lambda: {CHANGED: _("Changed")},
        about="applications.call",
        key="call_id",
        label=F("call__title__shown"),
        verb=Value(CHANGED),
        at="made_at",
        by="made_by",
    )


def _applications() -> Source:
    """Moves of applications by others than their members."""
    own = Member.objects.filter(application=OuterRef("target"), user=OuterRef("by"))
    return Source(
        code="applications.applicationchange",
        rows=lambda: ApplicationChange.objects.filter(~Exists(own), by__isnull=False, target__is_test=False),
        permission="applications.view_application",
        noun=_("Application"),
        verbs=partial(dict, ApplicationStatus.choices),
        about="applications.application",
        key="target_id",
        label=F("target__reference"),
    )


def _reviews() -> Source:
    return Source(
        code="applications.reviewchange",
        rows=lambda: ReviewChange.objects.filter(by__isnull=False, target__application__is_test=False),
        permission="applications.view_review",
        noun=_("Review"),
        verbs=lambda: {**dict(ReviewStatus.choices), REOPENED: _("Reopened")},
        about="applications.review",
        key="target_id",
        label=joined(
            "target__application__reference",
            Value(" · "),
            Coalesce(NullIf("target__reviewer__name", Value("")), "target__reviewer__email"),
        ),
        verb=Case(When(from_status=ReviewStatus.SUBMITTED, then=Value(REOPENED)), default=F("to_status")),
        readable=_reviews_readable,
    )


def _reviews_readable(reader: User) -> Q:
    """What others do with an application stays hidden while the reader has a review of it to finish."""
    own = Review.objects.open_for(reader).values("application")
    return Q(target__reviewer=reader) | ~Q(target__application__in=own)


def _selections() -> Source:
    confirmed = said_at(CONFIRMING, "applications.selection")
    return Source(
        code="applications.selectionchange",
        rows=lambda: SelectionChange.objects.filter(by__isnull=False),
        permission="applications.view_selection",
        noun=_("Selection"),
        verbs=partial(dict, SelectionStatus.choices),
        about="applications.selection",
        key="target_id",
        label=F("target__title"),
        detail=Case(
            When(to_status=SelectionStatus.PROPOSED, then=said_at(PROPOSING, "applications.selection")),
            When(from_status=SelectionStatus.PROPOSED, to_status=SelectionStatus.CONFIRMED, then=confirmed),
        ),
        detail_words=unfinished_in_words,
    )


def _letters() -> Source:
    return Source(
        code="applications.letteredit",
        rows=LetterEdit.objects.all,
        permission="applications.view_letteredit",
        noun=_("Letter"),
        verbs=lambda: {YES: _("Edited by hand"), NO: _("Regenerated from its template")},
        about="mail.message",
        key="message_id",
        label=F("subject"),
        verb=Cast("is_by_hand", TextField()),
        reason="",
    )


def _regions() -> Source:
    return Source(
        code="applications.pilotregionchange",
        rows=lambda: PilotRegionChange.objects.filter(by__isnull=False),
        permission="applications.view_pilotregion",
        noun=_("Pilot region"),
        verbs=partial(dict, PilotStatus.choices),
        about="applications.pilotregion",
        key="target_id",
        label=F("target__name"),
    )


def _sides() -> Source:
    return Source(
        code="applications.sidesconfirmation",
        rows=SidesConfirmation.objects.all,
        permission="applications.view_pilotregion",
        noun=_("Sides of a pilot region"),
        verbs=lambda: {CONFIRMED: _("Confirmed")},
        about="applications.pilotregion",
        key="region_id",
        label=F("region__name"),
        verb=Value(CONFIRMED),
    )
