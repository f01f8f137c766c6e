"""The form of the selection board: outcome, place on the reserve list and reason for each candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from applications.actions.selecting import Choice
from applications.enums import SelectionOutcome
from applications.models import Application, Selection, SelectionEntry

OUTCOMES = [("", _("Undecided")), *SelectionOutcome.choices]


class Line(NamedTuple):
    application: Application
    outcome: forms.BoundField
    rank: forms.BoundField
    reason: forms.BoundField


class BoardForm(forms.Form):
    """One page of candidates; what stands on other pages is left alone."""

    def __init__(
        self,
        selection: Selection,
        candidates: Sequence[Application],
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(answers)
        self.candidates = list(candidates)
        self.entries = {entry.application_id: entry for entry in selection.entries.all()}
        for application in self.candidates:
            self._add(application, self.entries.get(application.pk))

    @property
    def lines(self) -> list[Line]:
        return [
            Line(a, self[f"outcome_{a.pk}"], self[f"rank_{a.pk}"], self[f"reason_{a.pk}"])
            for a in self.candidates
        ]

    def choices(self) -> list[Choice]:
        """Return what the page says, for the action."""
        data = self.cleaned_data
        return [
            Choice(
                a.pk,
                data[f"outcome_{a.pk}"],
                data.get(f"rank_{a.pk}"),
                data.get(f"reason_{a.pk}", ""),
            )
            for a in self.candidates
        ]

    def count_selected(self) -> int:
        """How many are selected on this page, as typed."""
        return sum(line.outcome.value() == SelectionOutcome.SELECTED for line in self.lines)

    def count_elsewhere(self) -> int:
        """How many are selected on other pages, as saved."""
        here = {application.pk for application in self.candidates}
        return sum(
            entry.outcome == SelectionOutcome.SELECTED and entry.application_id not in here
            for entry in self.entries.values()
        )

    def _add(self, application: Application, entry: SelectionEntry | None) -> None:
        name = application.reference
        self.fields[f"outcome_{application.pk}"] = forms.ChoiceField(
            label=_("Outcome of %(name)s") % {"name": name},
            choices=OUTCOMES,
            required=False,
            initial=entry.outcome if entry else "",
            widget=UnfoldAdminSelectWidget(attrs={"data-outcome": ""}),
        )
        self.fields[f"rank_{application.pk}"] = forms.IntegerField(
            label=_("Place of %(name)s on the reserve list") % {"name": name},
            required=False,
            min_value=1,
            max_value=9999,
            initial=entry.rank if entry else None,
            widget=UnfoldAdminIntegerFieldWidget(),
        )
        self.fields[f"reason_{application.pk}"] = forms.CharField(
            label=_("Reason for %(name)s") % {"name": name},
            required=False,
            max_length=2000,
            initial=entry.reason if entry else "",
            widget=UnfoldAdminTextInputWidget(),
        )
