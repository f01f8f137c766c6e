"""A selection up to its proposal: drafted as a scenario, filled, proposed, rejected, copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import SelectionStatus
from applications.models import Application, Call, Selection, SelectionChange
from applications.selecting import readiness
from applications.selecting.actions.drafting import candidates_of, keep, last_save, locked_draft
from applications.selecting.intended import Choices, IntendedOutcome, cells_of, choice_of, saved_in, tidied
from applications.selecting.rules import check
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import move, require
from core.sections.merging import digests, merge


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
        choice_of(entry)
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
    base: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Keep what is meant so far, on record; too many places may be taken while drafting.

    What somebody else has saved since stays, unless this person changes the same application.

    Args:
        selection_id: a draft.
        by: the person.
        choices: applications left out stay as they are.
        base: on which choices the person decided, see `base_of`; None overwrites.
        note: kept with the save.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        StaleBoard: somebody else has changed the same applications since.
        ValidationError: an application is no candidate.
    """
    selection = locked_draft(selection_id, by)
    choices = [tidied(choice) for choice in choices]
    known = set(candidates_of(selection).values_list("pk", flat=True))
    if any(choice.application_id not in known for choice in choices):
        raise ValidationError(_("One of the applications is no longer eligible. Open the page again."))
    now = saved_in(selection)
    if changed := _changed(selection, choices, now, base):
        keep(selection, changed, now, by=by, note=note)


def _changed(
    selection: Selection, choices: list[IntendedOutcome], now: Choices, base: Mapping[str, Any] | None
) -> list[IntendedOutcome]:
    """Return the choices that are to be written; None as `base` overwrites what others saved."""
    saved = cells_of(now.values())
    seen = digests(saved) if base is None else base
    merged = merge(base=seen, mine=cells_of(choices), saved=saved, choices={})
    if both := {int(conflict.cell) for conflict in merged.conflicts}:
        last = selection.saves.filter(choices__contains=[{"application": min(both)}]).first()
        raise StaleBoard(last.by if last else selection.created_by, both)
    return [choice for choice in choices if str(choice.application_id) in merged.values]


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
    selection = locked_draft(selection_id, by)
    if seen is not None and seen != last_save(selection):
        raise ValidationError(_("Somebody has saved this scenario since you opened it. Open it again."))
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
