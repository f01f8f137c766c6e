"""Decisions: the one way by which the admin changes a state.

A button leads to a page that says what will happen and asks what the action needs to know;
pressing it there calls the domain action with `by=` the person at the screen.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets
from unfold.enums import ActionVariant

from core.accounts.models import User
from core.checklists import Acceptance, NotFinished, UnfinishedLine
from core.history import IllegalMove, NotAllowed
from core.phrases import StrOrPromise
from core.staff.inputs import DayInput
from core.typed import read_as_typed

_Target = TypeVar("_Target", bound=models.Model)


READ_REASON = _("Kept in the history with your name. The people who are told will see it in their e-mail.")


# The box for the reason to continue although something is unfinished, and what the page showed of that.
CONTINUING_FIELD = "continuing"
SEEN_FIELD = "unfinished_seen"


class Scope(enum.Enum):
    """What a decision is about, and so where its button stands."""

    ROW = "row"  # one row: a button on its page
    EACH = "each"  # as ROW, and for every ticked row of the list, one call for each
    ROWS = "rows"  # the ticked rows of the list together, in one call
    LIST = "list"  # no row: a button above the list


class DecisionForm(forms.Form, Generic[_Target]):
    """What a decision needs to know; its fields get the admin's look by themselves."""

    def __init__(
        self,
        *args: Any,
        targets: Sequence[_Target],
        by: User,
        unfinished: Sequence[UnfinishedLine] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.targets, self.by = targets, by
        if unfinished and not any(line.is_blocking for line in unfinished):
            self.fields[CONTINUING_FIELD] = forms.CharField(
                label=_("Why continue all the same?"),
                help_text=_("Kept with your name, together with what is unfinished."),
                max_length=4000,
                widget=forms.Textarea,
            )
        for form_field in self.fields.values():
            use_theme_widget(form_field)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if reason := self.cleaned_data.pop(CONTINUING_FIELD, ""):
            self.cleaned_data["accepting"] = Acceptance(reason, self.data.get(SEEN_FIELD, ""))
        return self.cleaned_data


class ReasonForm(DecisionForm[_Target]):
    """Asks for a reason, which is kept in the history."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept in the history with your name."),
        max_length=4000,
        widget=forms.Textarea,
    )


class ReadReasonForm(ReasonForm[_Target]):
    """Asks for a reason that those who are told read in their e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = READ_REASON


class OptionalReasonForm(DecisionForm[_Target]):
    """Offers to note a reason in the history."""

    reason = forms.CharField(
        label=_("Note"),
        help_text=_("Optional. Kept in the history with your name."),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
    )


def always(row: object) -> bool:
    return True


def everybody(row: object, by: User) -> bool:
    return True


def anybody_may(row: object, by: User) -> StrOrPromise:
    return ""


Checks = Callable[[Sequence[Any]], Sequence[UnfinishedLine]]


@dataclass(frozen=True)
class Decision:
    """A verb that staff may press.

    Args:
        name: its part of the address, e.g. `approve`.
        label: on the button, a verb.
        action: the domain action, keyword-only. Called with `by`, the form's cleaned data, and,
            unless the scope is LIST, its target under the name `target`.
        permission: e.g. `experts.vet_expert`.
        target: the action's argument for the row's key (`expert_id`), or with Scope.ROWS for
            the list of keys (`application_ids`).
        form: a DecisionForm subclass.
        asked: fields of the form that an address may fill in, each with its name there.
        is_for: takes a row and the person; where False there is neither button nor page, whatever the rights.
        is_possible: takes a row; where False there is no button, and the page explains.
        why_not_this_person: takes a row and the person; where somebody else has to decide, the words that
            say so, which then stand in place of the button. The action refuses all the same.
        explain: what will happen: a text, or a function of the list of rows that returns one
            text or several.
        checks: what is unfinished before the stage that the decision begins, a function of the list of rows;
            the action takes `accepting`, and asks the same in its transaction (`core.checklists`).
        preview: a template that shows more, given `targets` and whatever `preview_context`
            (a function of the request and the rows) returns.
        done: the message afterwards; a text, or a function of the action's result.
        refusals: domain exceptions that are shown at the form; their text is for people.
        go_to: the address afterwards, a function of the action's result; the row's page if None.
        needs_proof: whether staff use the second factor again before it, unless they did just now.
    """

    name: str
    label: StrOrPromise
    action: Callable[..., Any]
    permission: str
    target: str = ""
    form: type[DecisionForm] = DecisionForm
    scope: Scope = Scope.ROW
    asked: Mapping[str, str] = field(default_factory=dict)
    is_for: Callable[[Any, Any], bool] = everybody
    is_possible: Callable[[Any], bool] = always
    why_not_this_person: Callable[[Any, Any], StrOrPromise] = anybody_may
    explain: StrOrPromise | Callable[[Sequence[Any]], StrOrPromise | Sequence[StrOrPromise]] = ""
    checks: Checks | None = None
    preview: str = ""
    preview_context: Callable[..., dict[str, Any]] | None = None
    done: StrOrPromise | Callable[[Any], StrOrPromise] = field(default_factory=lambda: _("Done."))
    refusals: tuple[type[Exception], ...] = ()
    go_to: Callable[[Any], str] | None = None
    needs_proof: bool = False
    icon: str = ""
    variant: ActionVariant = ActionVariant.PRIMARY

    def is_for_one(self) -> bool:
        return self.scope in (Scope.ROW, Scope.EACH)

    def is_for_many(self) -> bool:
        return self.scope in (Scope.EACH, Scope.ROWS)

    def explanations(self, targets: Sequence[Any]) -> list[StrOrPromise]:
        text = self.explain(targets) if callable(self.explain) else self.explain
        if isinstance(text, str | Promise):
            return [text] if text else []
        return list(text)

    def unfinished(self, targets: Sequence[Any]) -> list[UnfinishedLine]:
        return list(self.checks(targets)) if self.checks else []

    def take(self, targets: Sequence[models.Model], *, by: User, answers: dict[str, Any]) -> DecisionOutcome:
        """Call the action; a refusal becomes text for people, anything else is raised."""
        if self.scope is Scope.EACH:
            outcome = DecisionOutcome()
            for row in targets:
                self._call(outcome, row, by=by, **{self.target: row.pk}, **answers)
            return outcome
        return self._call(DecisionOutcome(), None, by=by, **self._target_argument(targets), **answers)

    def _target_argument(self, targets: Sequence[models.Model]) -> dict[str, Any]:
        if self.scope is Scope.LIST:
            return {}
        keys = [row.pk for row in targets]
        return {self.target: keys if self.scope is Scope.ROWS else keys[0]}

    @property
    def _all_refusals(self) -> tuple[type[Exception], ...]:
        return IllegalMove, NotAllowed, NotFinished, ValidationError, *self.refusals

    def _call(self, outcome: DecisionOutcome, row: models.Model | None, **arguments: Any) -> DecisionOutcome:
        try:
            outcome.results.append(self.action(**arguments))
        except self._all_refusals as error:
            outcome.refused.append((row, refusal_in_words(error)))
        return outcome


@dataclass
class DecisionOutcome:
    """What came of a decision: results of the calls that went well, and refusals with their reasons."""

    results: list[Any] = field(default_factory=list)
    refused: list[tuple[models.Model | None, list[str]]] = field(default_factory=list)


def refusal_in_words(error: Exception) -> list[str]:
    """Say why an action refused, for the person at the screen."""
    if isinstance(error, ValidationError):
        return error.messages
    if isinstance(error, IllegalMove):
        status = error.row.get_status_display()
        return [gettext("This is no longer possible: the status is now “%(status)s”.") % {"status": status}]
    if isinstance(error, NotAllowed) and not str(error):
        return [gettext("You do not have permission to do this.")]
    return [str(error)]


_WIDGETS: dict[type[forms.Widget], Callable[..., forms.Widget]] = {
    forms.TextInput: widgets.UnfoldAdminTextInputWidget,
    forms.EmailInput: widgets.UnfoldAdminEmailInputWidget,
    forms.NumberInput: widgets.UnfoldAdminIntegerFieldWidget,
    forms.Textarea: widgets.UnfoldAdminTextareaWidget,
    forms.Select: widgets.UnfoldAdminSelectWidget,
    forms.SelectMultiple: widgets.UnfoldAdminSelectMultipleWidget,
    forms.RadioSelect: widgets.UnfoldAdminRadioSelectWidget,
    forms.CheckboxSelectMultiple: widgets.UnfoldAdminCheckboxSelectMultipleWidget,
    forms.CheckboxInput: widgets.UnfoldBooleanWidget,
    forms.DateInput: DayInput,
}


def use_theme_widget(form_field: forms.Field) -> None:
    """Give a field the admin's look; a DecisionForm does it for the fields that it is made with."""
    _swap_widget(form_field)
    read_as_typed(form_field)


def _swap_widget(form_field: forms.Field) -> None:
    make = _WIDGETS.get(type(form_field.widget))
    if make is None:
        return
    plain = form_field.widget
    form_field.widget = make(attrs=dict(plain.attrs))
    form_field.widget.is_required = plain.is_required
    if isinstance(form_field, forms.ChoiceField):
        form_field.widget.choices = form_field.choices
