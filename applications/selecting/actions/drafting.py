"""What saves of a draft have in common, and how the last of them is undone."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import SelectionStatus
from applications.models import Application, Selection, SelectionEntry, SelectionSave
from applications.querysets import ApplicationQuerySet
from applications.selecting.intended import Choices, IntendedOutcome, saved_in, undecided
from core.accounts.models import User
from core.history import IllegalMove, require


def locked_draft(selection_id: int, by: User) -> Selection:
    """Return a draft, locked, to a person who may propose selections.

    Raises:
        NotAllowed: the person may not.
        IllegalMove: the selection is no draft.
    """
    require(by, "applications.propose_selection")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.status != SelectionStatus.DRAFT:
        raise IllegalMove(selection, SelectionStatus.DRAFT)
    return selection


def candidates_of(selection: Selection) -> ApplicationQuerySet:
    """Return the applications to which a selection may give an outcome."""
    candidates = Application.objects.candidates()
    return candidates if selection.call_id is None else candidates.filter(call=selection.call_id)


def last_save(selection: Selection) -> int:
    """Return the number of the last save; 0 before the first."""
    return selection.saves.aggregate(last=Max("number"))["last"] or 0


def keep(
    selection: Selection,
    changed: Sequence[IntendedOutcome],
    before: Choices,
    *,
    by: User,
    note: str = "",
    undoes: SelectionSave | None = None,
) -> None:
    """Write choices of a locked draft and put them on record, in a fixed number of queries.

    Args:
        selection: the draft.
        changed: the choices that differ from what it holds.
        before: what it held.
        by: the person.
        note: kept with the save.
        undoes: the save that this one undoes.
    """
    gone = [choice.application_id for choice in changed if not choice.outcome]
    selection.entries.filter(application__in=gone).delete()
    SelectionEntry.objects.bulk_create(
        [SelectionEntry(selection=selection, **choice._asdict()) for choice in changed if choice.outcome],
        update_conflicts=True,
        unique_fields=["selection", "application"],
        update_fields=["outcome", "rank", "reason"],
    )
    SelectionSave.objects.create(
        selection=selection,
        number=last_save(selection) + 1,
        by=by,
        note=note,
        undoes=undoes,
        choices=[_recorded(choice, before) for choice in changed],
    )


def next_to_undo(selection: Selection) -> SelectionSave | None:
    """Return the last save that still stands: undone, and what undid it, are passed over."""
    standing = selection.saves.filter(undone_in__isnull=True, undoes__isnull=True)
    return standing.select_related("by").first()


@transaction.atomic
def undo_last(*, selection_id: int, by: User, seen: int) -> SelectionSave:
    """Put back what the last save changed, on record; again, it goes on to the save before.

    What somebody withdrew meanwhile stays as it is.

    Args:
        selection_id: a draft.
        by: the person.
        seen: number of the last save that the person saw. What that person saved since counts as seen.

    Returns:
        The save that was undone.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: the selection is no draft.
        ValidationError: nothing is left to undo, or somebody else has saved since.
    """
    selection = locked_draft(selection_id, by)
    if selection.saves.filter(number__gt=seen).exclude(by=by).exists():
        raise ValidationError(_("Somebody has saved this scenario since you opened it. Open it again."))
    save = next_to_undo(selection)
    if save is None:
        raise ValidationError(_("There is nothing to undo."))
    now, candidates = saved_in(selection), set(candidates_of(selection).values_list("pk", flat=True))
    before = [IntendedOutcome(row["application"], *row["before"]) for row in save.choices]
    back = [choice for choice in before if choice.application_id in candidates]
    note = gettext("Undoes save %(number)s.") % {"number": save.number}
    keep(selection, back, now, by=by, note=note, undoes=save)
    return save


def _recorded(choice: IntendedOutcome, before: Choices) -> dict[str, object]:
    was = before.get(choice.application_id, undecided(choice.application_id))
    return {"application": choice.application_id, "before": list(was[1:]), "after": list(choice[1:])}
