"""How a confirmed selection is undone: one person asks for it, a second one does it or lets it stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.enums import SelectionStatus
from applications.models import Application, PilotRegion, Selection
from applications.selecting import endings, letters
from applications.selecting.actions import confirming
from core.phrases import StrOrPromise, labelled
from core.staff.admin import Decision, ReadReasonForm, ReasonForm

WHAT_FOLLOWS = _(
    "The applications become eligible again, and their pilot regions end and give up their "
    "places. Letters still on hold are never sent. Letters already sent cannot be recalled, "
    "but those who got one are told."
)


class UndoForm(ReadReasonForm[Selection]):
    """Begins with the reason of the person who asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (selection,) = self.targets
        asked = selection.changes.filter(to_status=SelectionStatus.UNDO_ASKED).last()
        self.fields["reason"].initial = asked.reason if asked else ""


def explain(targets: Sequence[Selection]) -> list[StrOrPromise]:
    """Say what follows from undoing a selection, and who is told by e-mail."""
    (selection,) = targets
    applications = Application.objects.in_bulk(
        list(selection.entries.values_list("application_id", flat=True))
    )
    moved = letters.moved_by(selection, applications)
    written_to = letters.told_by(selection)
    references = ", ".join(sorted(row.reference for row in moved if row.pk in written_to))
    regions = PilotRegion.objects.active().filter(application__in=moved)
    told = [labelled(gettext("Applicants whose letter has been sent"), references)] if references else []
    told += endings.told(regions)
    nobody = gettext("Nobody has been told of an outcome yet, and nobody will be.")
    return [
        WHAT_FOLLOWS,
        *([gettext("These people will be told by e-mail, with the reason:"), *told] if told else [nobody]),
    ]


DECISIONS = [
    Decision(
        name="ask-to-undo",
        label=_("Request to undo"),
        action=confirming.ask_to_undo,
        permission="applications.propose_selection",
        target="selection_id",
        form=ReasonForm,
        is_possible=lambda selection: selection.status == SelectionStatus.CONFIRMED,
        explain=lambda targets: [
            _(
                "Another person then undoes or keeps the selection. Until then, none of its "
                "letters will be sent."
            ),
            *explain(targets),
        ],
        done=_("Request recorded. Another person can now undo the selection."),
        icon="undo",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="undo",
        label=_("Undo"),
        action=confirming.undo,
        permission="applications.confirm_selection",
        target="selection_id",
        form=UndoForm,
        is_possible=lambda selection: selection.can_move(SelectionStatus.UNDONE),
        why_not_this_person=confirming.why_not_undone_by,
        explain=explain,
        done=_("Selection undone. It stays on record."),
        icon="undo",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="let-stand",
        label=_("Keep the selection"),
        action=confirming.let_stand,
        permission="applications.confirm_selection",
        target="selection_id",
        form=ReasonForm,
        is_possible=lambda selection: selection.status == SelectionStatus.UNDO_ASKED,
        explain=_(
            "The selection stays confirmed, and its letters can be released. The request stays on record."
        ),
        done=_("The selection stays confirmed."),
        icon="verified",
        variant=ActionVariant.DEFAULT,
    ),
]
