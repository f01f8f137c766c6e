"""The decisions on a selection: what each asks, says and does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.applying.querysets import with_latest_version
from applications.enums import SelectionOutcome, SelectionStatus
from applications.models import Application, Call, Selection, SelectionEntry
from applications.selecting import letters, readiness
from applications.selecting.actions import confirming, drafting, lettering, selecting
from applications.selecting.comparing import Portfolios
from applications.selecting.rules import places_left
from applications.selecting.staff.undoing import DECISIONS as UNDOING
from core.accounts.logged_in import person_at
from core.checklists import UnfinishedLine
from core.known_types import known_as
from core.mail.models import Message
from core.phrases import StrOrPromise
from core.staff.admin import Decision, DecisionForm, OptionalReasonForm, ReasonForm, Scope

# In the choice of calls.
ALL_CALLS = "all"
# On the page of a scenario.
SAVES_SHOWN = 50


class StartForm(DecisionForm[Selection]):
    call_id = forms.TypedChoiceField(
        label=_("Call"), coerce=lambda value: None if value == ALL_CALLS else int(value)
    )
    title = forms.CharField(label=_("Title"), max_length=150, help_text=_("Helps you find it in the list."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calls = [(call.pk, str(call.title)) for call in Call.objects.all()]
        offered = known_as(self.fields["call_id"], forms.TypedChoiceField)
        offered.choices = [("", "–"), (ALL_CALLS, _("All calls")), *calls]


class CopyForm(DecisionForm[Selection]):
    title = forms.CharField(label=_("Title of the new draft"), max_length=150)


class ProposeForm(DecisionForm[Selection]):
    note = forms.CharField(
        label=_("Reasons for the choice"),
        help_text=_("For the person who confirms. Kept in the history with your name."),
        max_length=4000,
        widget=forms.Textarea,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (selection,) = self.targets
        self.fields["seen"].initial = drafting.last_save(selection)


def entries_of(selection: Selection) -> list[SelectionEntry]:
    """Return the outcomes for people: selected, then the reserve list in its order, then the others."""
    order = SelectionOutcome.values
    shown = Prefetch("application", with_latest_version(Application.objects.select_related("call")))
    entries = selection.entries.all().prefetch_related(shown)
    return sorted(entries, key=lambda e: (order.index(e.outcome), e.rank or 0, e.application.reference))


def show_entries(request: HttpRequest, targets: Sequence[Selection]) -> dict[str, Any]:
    (selection,) = targets
    entries = entries_of(selection)
    chosen = [row.application_id for row in entries if row.outcome == SelectionOutcome.SELECTED]
    portfolios = Portfolios(chosen, reader=person_at(request))
    return {"entries": entries, "sum": portfolios.sum_of(chosen), "balance": portfolios.balance(chosen)}


def saves_of(selection: Selection) -> list[dict[str, Any]]:
    """Return the last saves for people, the newest first: who, when, why and what changed."""
    saves = list(selection.saves.select_related("by")[:SAVES_SHOWN])
    keys = {row["application"] for save in saves for row in save.choices}
    references = dict(Application.objects.filter(pk__in=keys).values_list("pk", "reference"))
    return [
        {
            "save": save,
            "changes": [
                (references[row["application"]], _outcome(row["before"]), _outcome(row["after"]))
                for row in save.choices
            ],
        }
        for save in saves
    ]


def _outcome(choice: Sequence[Any]) -> str:
    outcome, rank, reason = choice
    label = str(SelectionOutcome(outcome).label) if outcome else gettext("Undecided")
    return " ".join(str(part) for part in (label, rank, f"({reason})" if reason else "") if part)


def explain_places(text: StrOrPromise) -> Callable[[Sequence[Selection]], list[StrOrPromise]]:
    def explain(targets: Sequence[Selection]) -> list[StrOrPromise]:
        (selection,) = targets
        wanted = selection.entries.filter(outcome=SelectionOutcome.SELECTED).count()
        left = places_left(selection.call)
        counted = _("Selected: %(wanted)s. Places left before this selection: %(left)s.") % {
            "wanted": wanted,
            "left": left,
        }
        return [text, counted]

    return explain


class ReleaseForm(DecisionForm[Selection]):
    kept = forms.TypedMultipleChoiceField(
        label=_("Letters to hold back"),
        help_text=_("Tick letters to hold back; the rest will be sent."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (selection,) = self.targets
        held = Message.objects.with_keys(letters.outcome_keys(selection)).held().order_by("subject")
        offered = known_as(self.fields["kept"], forms.TypedMultipleChoiceField)
        offered.choices = [(m.pk, f"{m.subject} → {m.to}") for m in held]


class RewriteForm(DecisionForm[Selection]):
    also_edited = forms.BooleanField(label=_("Include letters edited by hand"), required=False)


def _rewritten(count: int) -> StrOrPromise:
    return ngettext_lazy("%(count)s letter has changed.", "%(count)s letters have changed.", count) % {
        "count": count
    }


def _page_of(selection: Selection) -> str:
    return reverse("admin:applications_selection_board", args=[selection.pk])


def _can_move(to: str) -> Callable[[Selection], bool]:
    return lambda selection: selection.can_move(to)


def _released(count: int) -> StrOrPromise:
    return ngettext_lazy("%(count)s letter is on its way.", "%(count)s letters are on their way.", count) % {
        "count": count
    }


def _before_deciding(targets: Sequence[Selection]) -> list[UnfinishedLine]:
    (selection,) = targets
    return readiness.before_deciding(selection)


DECISIONS = [
    Decision(
        name="start",
        label=_("Start a selection"),
        action=selecting.start,
        permission="applications.propose_selection",
        form=StartForm,
        scope=Scope.LIST,
        asked={"call_id": "call"},
        explain=_(
            "It starts as a scenario: nothing is decided and nobody is told until it is "
            "proposed and confirmed. You can create several and compare them."
        ),
        done=_("Choose an outcome for each application."),
        go_to=_page_of,
        icon="how_to_vote",
    ),
    Decision(
        name="propose",
        label=_("Propose"),
        action=selecting.propose,
        permission="applications.propose_selection",
        target="selection_id",
        form=ProposeForm,
        is_possible=_can_move(SelectionStatus.PROPOSED),
        checks=_before_deciding,
        explain=explain_places(
            _("The outcomes will be fixed. Another person then confirms or rejects them.")
        ),
        preview="admin/applications/_entries.html",
        preview_context=show_entries,
        done=_("Proposed. Another person can now confirm it."),
        icon="outgoing_mail",
    ),
    Decision(
        name="confirm",
        label=_("Confirm"),
        action=confirming.confirm,
        permission="applications.confirm_selection",
        target="selection_id",
        form=OptionalReasonForm,
        is_possible=_can_move(SelectionStatus.CONFIRMED),
        checks=_before_deciding,
        why_not_this_person=confirming.why_not_this_person,
        explain=explain_places(
            _(
                "Every application gets its outcome, each selected application becomes a pilot "
                "region with its own place, and the letters are written and held. You cannot "
                "confirm a selection that you proposed."
            )
        ),
        preview="admin/applications/_entries.html",
        preview_context=show_entries,
        done=_("Confirmed. The letters are held until they are released."),
        icon="verified",
    ),
    Decision(
        name="release",
        label=_("Release letters"),
        action=lettering.release,
        permission="applications.release_letters",
        target="selection_id",
        form=ReleaseForm,
        is_possible=lambda selection: selection.status == SelectionStatus.CONFIRMED,
        checks=lambda targets: readiness.before_release(targets[0]),
        explain=_("All letters of this selection are sent together. They cannot be recalled."),
        done=_released,
        icon="send",
    ),
    Decision(
        name="rewrite",
        label=_("Regenerate letters from templates"),
        action=lettering.rewrite,
        permission="applications.release_letters",
        target="selection_id",
        form=RewriteForm,
        is_possible=lambda selection: selection.status == SelectionStatus.CONFIRMED,
        explain=_(
            "Letters still on hold are regenerated from the current templates. Their earlier "
            "text stays on record."
        ),
        done=_rewritten,
        icon="edit_note",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="copy",
        label=_("Copy as a draft"),
        action=selecting.copy,
        permission="applications.propose_selection",
        target="selection_id",
        form=CopyForm,
        explain=_("A new draft starts with these outcomes, where the applications can still have them."),
        done=_("Copied. You can now make changes."),
        go_to=_page_of,
        icon="content_copy",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="reject",
        label=_("Reject"),
        action=selecting.reject,
        permission="applications.confirm_selection",
        target="selection_id",
        form=ReasonForm,
        is_possible=_can_move(SelectionStatus.REJECTED),
        explain=_("Nothing is decided. The selection stays on record and can be copied."),
        done=_("Rejected."),
        icon="block",
        variant=ActionVariant.DANGER,
    ),
    *UNDOING,
]
