"""A selection up to its proposal: drafted, filled, proposed, rejected, copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.enums import SelectionOutcome, SelectionStatus
from applications.models import Application, Call, PilotRegion, Selection, SelectionChange, SelectionEntry
from impact.history import IllegalMove, move, require


class Choice(NamedTuple):
    """What is meant for one application.

    Args:
        application_id: a candidate of the selection's call.
        outcome: a SelectionOutcome, or "" while undecided.
        rank: place on the reserve list, from 1; None elsewhere.
        reason: kept with the outcome.
    """

    application_id: int
    outcome: str
    rank: int | None = None
    reason: str = ""


@transaction.atomic
def start(*, call_id: int, by: Any, title: str) -> Selection:
    """Begin the draft of a selection for one call.

    Raises:
        NotAllowed: the person may not propose selections.
    """
    require(by, "applications.propose_selection")
    selection = Selection.objects.create(call=Call.objects.get(pk=call_id), title=title, created_by=by)
    SelectionChange.objects.create(target=selection, to_status=selection.status, by=by)
    return selection


@transaction.atomic
def copy(*, selection_id: int, by: Any, title: str) -> Selection:
    """Begin a draft with the outcomes of another selection, as far as its applications can still have them.

    Raises:
        NotAllowed: the person may not propose selections.
    """
    original = Selection.objects.get(pk=selection_id)
    selection = start(call_id=original.call_id, by=by, title=title)
    SelectionEntry.objects.bulk_create(
        SelectionEntry(
            selection=selection,
            application_id=entry.application_id,
            outcome=entry.outcome,
            rank=entry.rank,
            reason=entry.reason,
        )
        for entry in original.entries.filter(application__in=Application.objects.candidates())
    )
    return selection


@transaction.atomic
def save_choices(*, selection_id: int, by: Any, choices: Iterable[Choice]) -> None:
    """Keep what is meant so far; too many places may be taken while drafting.

    Args:
        selection_id: a draft.
        by: the person.
        choices: applications left out stay as they are.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        ValidationError: an application is no candidate of the call.
    """
    selection = _locked_draft(selection_id, by)
    choices = list(choices)
    candidates = Application.objects.candidates().filter(call=selection.call_id)
    known = set(candidates.values_list("pk", flat=True))
    if any(choice.application_id not in known for choice in choices):
        raise ValidationError(_("An application is not eligible any more. Load the page again."))
    undecided = [choice.application_id for choice in choices if not choice.outcome]
    selection.entries.filter(application__in=undecided).delete()
    for choice in choices:
        if choice.outcome:
            _write(selection, choice)


@transaction.atomic
def propose(*, selection_id: int, by: Any, note: str) -> None:
    """Put a draft before a second person; from now on its entries are fixed.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        ValidationError: it is empty, takes more places than are left, or its reserve list has no clear order.
    """
    selection = _locked_draft(selection_id, by)
    check(selection)
    selection.proposed_by, selection.note = by, note
    move(selection, SelectionStatus.PROPOSED, by=by, reason=note, also=["proposed_by", "note"])


@transaction.atomic
def reject(*, selection_id: int, by: Any, reason: str) -> None:
    """Refuse a proposal, or give up a draft; it stays on record and may be copied.

    Raises:
        NotAllowed: the person may neither propose nor confirm.
        IllegalMove: the selection is decided.
    """
    if not by.has_perm("applications.propose_selection"):
        require(by, "applications.confirm_selection")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    move(selection, SelectionStatus.REJECTED, by=by, reason=reason)


def check(selection: Selection) -> None:
    """Raise ValidationError, with every reason, where a selection cannot stand as it is."""
    entries = list(selection.entries.select_related("application"))
    errors = [*_wrong_candidates(entries), *_wrong_reserve(entries), *_too_many(selection, entries)]
    if not entries:
        errors.append(_("No application has an outcome yet."))
    if errors:
        raise ValidationError(errors)


def places_left(call: Call | None = None) -> int:
    """Return how many of the 30 places are free; with a call, not more than the call may still give."""
    left = PilotRegion.objects.places_left()
    if call is None or call.places is None:
        return left
    return min(left, call.places - PilotRegion.objects.active().filter(application__call=call).count())


def _locked_draft(selection_id: int, by: Any) -> Selection:
    require(by, "applications.propose_selection")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.status != SelectionStatus.DRAFT:
        raise IllegalMove(selection, SelectionStatus.DRAFT)
    return selection


def _write(selection: Selection, choice: Choice) -> None:
    is_reserve = choice.outcome == SelectionOutcome.RESERVE
    SelectionEntry.objects.update_or_create(
        selection=selection,
        application_id=choice.application_id,
        defaults={
            "outcome": choice.outcome,
            "rank": choice.rank if is_reserve else None,
            "reason": choice.reason,
        },
    )


def _wrong_candidates(entries: list[SelectionEntry]) -> list[Any]:
    return [
        _("%(reference)s is now “%(status)s” and cannot be given an outcome.")
        % {"reference": entry.application.reference, "status": entry.application.get_status_display()}
        for entry in entries
        if entry.application.status != entry.outcome and not entry.application.can_move(entry.outcome)
    ]


def _wrong_reserve(entries: list[SelectionEntry]) -> list[Any]:
    ranks = Counter(entry.rank for entry in entries if entry.outcome == SelectionOutcome.RESERVE)
    if sorted(ranks.elements(), key=lambda rank: rank or 0) == list(range(1, ranks.total() + 1)):
        return []
    return [_("Number the reserve list 1, 2, 3 and so on, each number once.")]


def _too_many(selection: Selection, entries: list[SelectionEntry]) -> list[Any]:
    wanted = sum(entry.outcome == SelectionOutcome.SELECTED for entry in entries)
    left = places_left(selection.call)
    if wanted <= left:
        return []
    text = ngettext(
        "%(wanted)s applications are selected, and only %(left)s place is left.",
        "%(wanted)s applications are selected, and only %(left)s places are left.",
        left,
    )
    return [text % {"wanted": wanted, "left": left}]
