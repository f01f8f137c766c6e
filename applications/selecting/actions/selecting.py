"""A selection up to its proposal: drafted as a scenario, filled, proposed, rejected, copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import SelectionOutcome, SelectionStatus
from applications.models import (
    Application,
    Call,
    Selection,
    SelectionChange,
    SelectionEntry,
    SelectionSave,
)
from applications.querysets import ApplicationQuerySet
from applications.selecting import readiness
from applications.selecting.rules import check
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import IllegalMove, move, require
from core.sections.merging import digests, merge


class IntendedOutcome(NamedTuple):
    """What is meant for one application.

    Args:
        application_id: a candidate of the selection.
        outcome: a SelectionOutcome, or "" while undecided.
        rank: place on the reserve list, from 1; None elsewhere.
        reason: kept with the outcome.
    """

    application_id: int
    outcome: str
    rank: int | None = None
    reason: str = ""


class StaleBoard(ValidationError):
    """Raised when somebody else has changed the same applications since the board was opened.

    Args:
        by: who did.
        application_ids: those that both changed.
    """

    def __init__(self, by: User, application_ids: set[int]) -> None:
        self.application_ids = application_ids
        names = Application.objects.filter(pk__in=application_ids).order_by("reference")
        text = _("%(name)s has changed %(references)s since you opened this board. Nothing was saved.")
        references = ", ".join(names.values_list("reference", flat=True))
        super().__init__(text % {"name": by.get_full_name(), "references": references})


@transaction.atomic
def start(*, call_id: int | None, by: User, title: str) -> Selection:
    """Begin a scenario, the draft of a selection, for one call or, with None, over all calls.

    Raises:
        NotAllowed: the person may not propose selections.
    """
    require(by, "applications.propose_selection")
    call = None if call_id is None else Call.objects.get(pk=call_id)
    selection = Selection.objects.create(call=call, title=title, created_by=by)
    SelectionChange.objects.create(target=selection, to_status=selection.status, by=by)
    return selection


@transaction.atomic
def copy(*, selection_id: int, by: User, title: str) -> Selection:
    """Begin a draft with the outcomes of another selection, as far as its applications can still have them.

    Raises:
        NotAllowed: the person may not propose selections.
    """
    original = Selection.objects.get(pk=selection_id)
    selection = start(call_id=original.call_id, by=by, title=title)
    choices = [
        _choice_of(entry)
        for entry in original.entries.filter(application__in=Application.objects.candidates())
    ]
    save_choices(
        selection_id=selection.pk,
        by=by,
        choices=choices,
        note=gettext("Copied from “%(title)s”.") % {"title": original.title},
    )
    return selection


@transaction.atomic
def save_choices(
    *,
    selection_id: int,
    by: User,
    choices: Iterable[IntendedOutcome],
    seen: int | None = None,
    note: str = "",
) -> None:
    """Keep what is meant so far, on record; too many places may be taken while drafting.

    What somebody else has saved since stays, unless this person changes the same application.

    Args:
        selection_id: a draft.
        by: the person.
        choices: applications left out stay as they are.
        seen: number of the last save that the person saw; None overwrites.
        note: kept with the save.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        StaleBoard: somebody else has changed the same applications since.
        ValidationError: an application is no candidate.
    """
    selection = _locked_draft(selection_id, by)
    choices = [_tidy(choice) for choice in choices]
    known = set(candidates_of(selection).values_list("pk", flat=True))
    if any(choice.application_id not in known for choice in choices):
        raise ValidationError(_("An application is not eligible any more. Load the page again."))
    now = {entry.application_id: _choice_of(entry) for entry in selection.entries.all()}
    changed = _changed(selection, choices, now, seen)
    selection.entries.filter(application__in=[c.application_id for c in changed if not c.outcome]).delete()
    for choice in changed:
        if choice.outcome:
            _write(selection, choice)
    if changed:
        _record(selection, changed, now, by=by, note=note)


def _changed(
    selection: Selection, choices: list[IntendedOutcome], now: Mapping[int, IntendedOutcome], seen: int | None
) -> list[IntendedOutcome]:
    """Return the choices that are to be written; None as `seen` overwrites what others saved."""
    then, saves = (now, []) if seen is None else entries_at(selection, seen)
    merged = merge(
        base=digests(_cells(then.values())), mine=_cells(choices), saved=_cells(now.values()), choices={}
    )
    if both := {int(conflict.cell) for conflict in merged.conflicts}:
        others = {row["application"]: save.by for save in saves for row in save.choices}
        raise StaleBoard(others[min(both)], both)
    return [choice for choice in choices if str(choice.application_id) in merged.values]


def entries_at(selection: Selection, number: int) -> tuple[dict[int, IntendedOutcome], list[SelectionSave]]:
    """Return the choices as they stood after a save, and the saves since, the newest first."""
    choices = {entry.application_id: _choice_of(entry) for entry in selection.entries.all()}
    saves = list(selection.saves.filter(number__gt=number).select_related("by"))
    for save in saves:
        for row in save.choices:
            before = IntendedOutcome(row["application"], *row["before"])
            choices[before.application_id] = before
    return {key: choice for key, choice in choices.items() if choice.outcome}, saves


def last_save(selection: Selection) -> int:
    """Return the number of the last save; 0 before the first."""
    return selection.saves.aggregate(last=Max("number"))["last"] or 0


def candidates_of(selection: Selection) -> ApplicationQuerySet:
    """Return the applications to which a selection may give an outcome."""
    candidates = Application.objects.candidates()
    return candidates if selection.call_id is None else candidates.filter(call=selection.call_id)


@transaction.atomic
def propose(
    *,
    selection_id: int,
    by: User,
    note: str,
    seen: int | None = None,
    accepting: Acceptance | None = None,
) -> None:
    """Put a draft before a second person; from now on its entries are fixed.

    Args:
        selection_id: a draft.
        by: the person.
        note: the reasons for the choice.
        seen: number of the last save that the person saw; None if it does not matter.
        accepting: the person's word that it is proposed although something is unfinished.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        ValidationError: it is empty, takes more places than are left, its reserve list has no clear order,
            or it was saved again since.
        NotFinished: something is unfinished (`readiness.before_deciding`).
    """
    # Whoever changes criteria holds the call: what is proposed after that is proposed on the new ones.
    list(Call.objects.select_for_update(no_key=True).order_by("pk"))
    selection = _locked_draft(selection_id, by)
    if seen is not None and seen != last_save(selection):
        raise ValidationError(_("Somebody has saved this scenario since you read it. Read it again."))
    check(selection)
    unfinished = readiness.before_deciding(selection)
    require_finished(unfinished, accepting)
    record(readiness.PROPOSING, selection, by=by, unfinished=unfinished, accepting=accepting)
    selection.proposed_by, selection.note = by, note
    move(selection, SelectionStatus.PROPOSED, by=by, reason=note, also=["proposed_by", "note"])


@transaction.atomic
def reject(*, selection_id: int, by: User, reason: str) -> None:
    """Refuse a proposal, or give up a draft; it stays on record and may be copied.

    Raises:
        NotAllowed: the person may neither propose nor confirm.
        IllegalMove: the selection is decided.
    """
    if not by.has_perm("applications.propose_selection"):
        require(by, "applications.confirm_selection")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    move(selection, SelectionStatus.REJECTED, by=by, reason=reason)


def _locked_draft(selection_id: int, by: User) -> Selection:
    require(by, "applications.propose_selection")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.status != SelectionStatus.DRAFT:
        raise IllegalMove(selection, SelectionStatus.DRAFT)
    return selection


def _tidy(choice: IntendedOutcome) -> IntendedOutcome:
    """Only reserves have a rank, and what is undecided needs no reason."""
    rank = choice.rank if choice.outcome == SelectionOutcome.RESERVE else None
    return choice._replace(rank=rank, reason=choice.reason if choice.outcome else "")


def _none(choice: IntendedOutcome) -> IntendedOutcome:
    return IntendedOutcome(choice.application_id, "")


def _cells(choices: Iterable[IntendedOutcome]) -> dict[str, Any]:
    """Return choices as cells, so that two people's are merged as answers of a form are; None: undecided."""
    return {str(c.application_id): list(c[1:]) if c.outcome else None for c in choices}


def _choice_of(entry: SelectionEntry) -> IntendedOutcome:
    return IntendedOutcome(entry.application_id, entry.outcome, entry.rank, entry.reason)


def _write(selection: Selection, choice: IntendedOutcome) -> None:
    SelectionEntry.objects.update_or_create(
        selection=selection,
        application_id=choice.application_id,
        defaults={"outcome": choice.outcome, "rank": choice.rank, "reason": choice.reason},
    )


def _record(
    selection: Selection,
    changed: Iterable[IntendedOutcome],
    before: dict[int, IntendedOutcome],
    *,
    by: User,
    note: str,
) -> None:
    SelectionSave.objects.create(
        selection=selection,
        number=last_save(selection) + 1,
        by=by,
        note=note,
        choices=[
            {
                "application": choice.application_id,
                "before": list(before.get(choice.application_id, _none(choice))[1:]),
                "after": list(choice[1:]),
            }
            for choice in changed
        ],
    )
