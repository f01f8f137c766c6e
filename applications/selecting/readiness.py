"""What is unfinished before a selection is decided, before its letters leave, before results are public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.applying.letters import template_of
from applications.enums import ApplicationStatus, CallState, LetterKind, ReviewStatus, SelectionStatus
from applications.models import Application, Call, PilotRegion, Review, Selection
from applications.querysets import ApplicationQuerySet
from applications.selecting import letters, outdated
from core.checklists import DecisionStage, ReadinessCheck, UnfinishedLine
from core.mail.models import Message

VIEW = "applications.view_selection"
PROPOSING = DecisionStage("propose_selection", _("Selection proposed"), VIEW, has_history=True)
CONFIRMING = DecisionStage("confirm_selection", _("Selection confirmed"), VIEW, has_history=True)
RELEASING = DecisionStage("release_letters", _("Letters released"), VIEW)
PUBLISHING = DecisionStage("publish_results", _("Results published"), VIEW)

# Does not block: no announcement forbids to decide on those who are ready, as a verdict may be given early.
CALL_OPEN = ReadinessCheck(
    "call_open",
    ngettext_lazy(
        "%(count)s call is still open: more applications can arrive.",
        "%(count)s calls are still open: more applications can arrive.",
        "count",
    ),
)
SCREENING = ReadinessCheck(
    "screening",
    ngettext_lazy(
        "%(count)s application is not screened yet.", "%(count)s applications are not screened yet.", "count"
    ),
)
CLARIFYING = ReadinessCheck(
    "clarifying",
    ngettext_lazy(
        "%(count)s application waits for a clarification.",
        "%(count)s applications wait for a clarification.",
        "count",
    ),
)
UNDECIDED = ReadinessCheck(
    "undecided",
    ngettext_lazy(
        "%(count)s eligible application has no outcome.",
        "%(count)s eligible applications have no outcome.",
        "count",
    ),
)
FEW_REVIEWERS = ReadinessCheck(
    "few_reviewers",
    ngettext_lazy(
        "%(count)s application has fewer reviewers than the call wants.",
        "%(count)s applications have fewer reviewers than the call wants.",
        "count",
    ),
)
UNDECLARED = ReadinessCheck(
    "undeclared",
    ngettext_lazy(
        "%(count)s reviewer has not said yet whether there is a conflict of interest.",
        "%(count)s reviewers have not said yet whether there is a conflict of interest.",
        "count",
    ),
)
UNSUBMITTED = ReadinessCheck(
    "unsubmitted",
    ngettext_lazy("%(count)s review is not submitted.", "%(count)s reviews are not submitted.", "count"),
)
REOPENED = ReadinessCheck(
    "reopened",
    ngettext_lazy(
        "%(count)s review was reopened and is not submitted again.",
        "%(count)s reviews were reopened and are not submitted again.",
        "count",
    ),
)
CRITERIA = ReadinessCheck(
    "criteria",
    ngettext_lazy(
        "The criteria were changed %(count)s time since.",
        "The criteria were changed %(count)s times since.",
        "count",
    ),
)
INELIGIBLE_HELD = ReadinessCheck(
    "ineligible_held",
    ngettext_lazy(
        "%(count)s letter to an applicant who is not eligible is still held.",
        "%(count)s letters to applicants who are not eligible are still held.",
        "count",
    ),
)
OTHERS_HELD = ReadinessCheck(
    "others_held",
    ngettext_lazy(
        "%(count)s letter of another selection of the call is still held.",
        "%(count)s letters of other selections of the call are still held.",
        "count",
    ),
)
PROPOSED = ReadinessCheck(
    "proposed",
    ngettext_lazy(
        "%(count)s proposed selection waits for its confirmation.",
        "%(count)s proposed selections wait for their confirmation.",
        "count",
    ),
)
UNSHOWN = ReadinessCheck(
    "unshown",
    ngettext_lazy(
        "%(count)s pilot region is not shown to the public.",
        "%(count)s pilot regions are not shown to the public.",
        "count",
    ),
)
# Block: with the results everybody sees who was chosen, and so what the letters say of everybody else.
NO_OUTCOME = ReadinessCheck(
    "no_outcome",
    ngettext_lazy(
        "%(count)s application has no outcome yet.", "%(count)s applications have no outcome yet.", "count"
    ),
    is_blocking=True,
)
LETTERS_HELD = ReadinessCheck(
    "letters_held",
    ngettext_lazy(
        "%(count)s letter is still held: nobody should read the outcome on the site first.",
        "%(count)s letters are still held: nobody should read the outcome on the site first.",
        "count",
    ),
    is_blocking=True,
)
# Blocks: once results are public nothing is undone, so the request could never be answered.
UNDO_ASKED = ReadinessCheck(
    "undo_asked",
    ngettext_lazy(
        "%(count)s request to undo a selection is not answered.",
        "%(count)s requests to undo a selection are not answered.",
        "count",
    ),
    is_blocking=True,
)


def before_deciding(selection: Selection) -> list[UnfinishedLine]:
    """Return what is unfinished before a selection is proposed, or confirmed."""
    calls = _calls_of(selection)
    return [
        *_open(calls),
        *_in_screening(calls),
        *_undecided(calls, selection),
        *_in_review(calls),
        *_criteria(selection),
    ]


def before_release(selection: Selection) -> list[UnfinishedLine]:
    """Return what is unfinished before the letters of a selection leave."""
    calls = _calls_of(selection)
    others = Selection.objects.filter(entries__application__call__in=calls).exclude(pk=selection.pk)
    confirmed = others.filter(status=SelectionStatus.CONFIRMED).distinct()
    return [
        *_open(calls),
        *_in_screening(calls),
        *_undecided(calls, selection),
        *INELIGIBLE_HELD.of(_held_ineligible(calls), address=_ineligible(calls)),
        *OTHERS_HELD.of(
            _held_of(confirmed), address=_list("selection", calls, status=SelectionStatus.CONFIRMED)
        ),
        *_proposed(others.awaiting_confirmation(), calls),
    ]


def before_publishing(call: Call) -> list[UnfinishedLine]:
    """Return what is unfinished before the results of a closed call are public."""
    calls = [call]
    undecided = Application.objects.filter(call=call).undecided()
    of_call = Selection.objects.filter(entries__application__call=call)
    asked = of_call.filter(status=SelectionStatus.UNDO_ASKED)
    held = {*_held_of(Selection.objects.confirmed_of(call)), *_held_ineligible(calls)}
    hidden = PilotRegion.objects.active().filter(application__call=call, is_public=False)
    return [
        *NO_OUTCOME.of(_keys(undecided), address=_list("application", calls)),
        *LETTERS_HELD.of(held, address=f"{reverse('admin:mail_message_changelist')}?status__exact=held"),
        *UNDO_ASKED.of(_keys(asked), address=_list("selection", calls, status=SelectionStatus.UNDO_ASKED)),
        *_proposed(of_call.awaiting_confirmation(), calls),
        *UNSHOWN.of(
            _keys(hidden),
            address=f"{reverse('admin:applications_pilotregion_changelist')}?is_public__exact=0",
        ),
    ]


def _calls_of(selection: Selection) -> list[Call]:
    """Return the call; over all calls together, those of the applications that have an outcome."""
    if selection.call is not None:
        return [selection.call]
    keys = selection.entries.values("application__call")
    return list(Call.objects.filter(pk__in=keys).order_by("number"))


def _open(calls: Sequence[Call]) -> list[UnfinishedLine]:
    still_open = [call for call in calls if call.state in (CallState.COMING, CallState.OPEN)]
    return CALL_OPEN.of(
        (call.pk for call in still_open),
        address=reverse("admin:applications_call_changelist"),
        details=[str(call) for call in still_open],
    )


def _in_screening(calls: Sequence[Call]) -> list[UnfinishedLine]:
    waiting = Application.objects.filter(call__in=calls)
    return [
        *SCREENING.of(
            _keys(waiting.awaiting_screening()),
            address=_list("application", calls, status=ApplicationStatus.SUBMITTED),
        ),
        *CLARIFYING.of(
            _keys(waiting.filter(status=ApplicationStatus.RETURNED)),
            address=_list("application", calls, status=ApplicationStatus.RETURNED),
        ),
    ]


def _undecided(calls: Sequence[Call], selection: Selection) -> list[UnfinishedLine]:
    left = Application.objects.filter(call__in=calls).eligible()
    return UNDECIDED.of(
        _keys(left.exclude(selection_entries__selection=selection)),
        address=_list("application", calls, status=ApplicationStatus.ELIGIBLE),
    )


def _in_review(calls: Sequence[Call]) -> list[UnfinishedLine]:
    judged: ApplicationQuerySet = Application.objects.filter(call__in=calls).candidates()
    reviews = Review.objects.filter(application__in=judged.values("pk"))
    scoring = reviews.filter(status=ReviewStatus.SCORING)
    reopened = scoring.filter(changes__from_status=ReviewStatus.SUBMITTED)
    at_work = _list("review", calls, through="application__", status=ReviewStatus.SCORING)
    return [
        *FEW_REVIEWERS.of(
            _keys(judged.lacking_reviewers()), address=_list("application", calls, cover="unassigned")
        ),
        *UNDECLARED.of(
            _keys(reviews.filter(status=ReviewStatus.ASSIGNED)),
            address=_list("review", calls, through="application__", status=ReviewStatus.ASSIGNED),
        ),
        *UNSUBMITTED.of(_keys(scoring.exclude(pk__in=reopened.values("pk"))), address=at_work),
        *REOPENED.of(_keys(reopened), address=at_work),
    ]


def _criteria(selection: Selection) -> list[UnfinishedLine]:
    changed = outdated.notes(selection)
    return CRITERIA.of(changed, details=list(changed.values()))


def _proposed(selections: QuerySet[Selection], calls: Sequence[Call]) -> list[UnfinishedLine]:
    address = _list("selection", calls, status=SelectionStatus.PROPOSED)
    return PROPOSED.of(_keys(selections), address=address)


def _held_of(selections: Iterable[Selection]) -> list[int]:
    keys = [key for selection in selections for key in letters.outcome_keys(selection)]
    return list(Message.objects.with_keys(keys).held().values_list("pk", flat=True))


def _held_ineligible(calls: Sequence[Call]) -> list[int]:
    refused = Application.objects.filter(call__in=calls, status=ApplicationStatus.INELIGIBLE)
    held = Message.objects.held().filter(template=template_of(LetterKind.INELIGIBLE))
    about = [row.about for row in refused.only("pk")]
    return list(held.filter(about__in=about).values_list("pk", flat=True))


def _ineligible(calls: Sequence[Call]) -> str:
    return _list("application", calls, status=ApplicationStatus.INELIGIBLE)


def _keys(rows: QuerySet) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def _list(model: str, calls: Sequence[Call], *, through: str = "", status: str = "", cover: str = "") -> str:
    """Return the address of a list, as it is filtered; by the call where there is only one."""
    asked: dict[str, Any] = {f"{through}call__id__exact": calls[0].pk} if len(calls) == 1 else {}
    asked |= {"status__exact": status} if status else {}
    asked |= {"cover": cover} if cover else {}
    address = reverse(f"admin:applications_{model}_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address
