"""The form of the selection board: outcome, place on the reserve list and reason for each candidate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from applications.enums import SelectionOutcome
from applications.models import Application, Selection, SelectionEntry
from applications.selecting.actions.drafting import last_save
from applications.selecting.intended import IntendedOutcome, base_of, choice_of, tidied, undecided
from core.keys import keys_in
from core.phrases import labelled
from core.text import read_json_object
from core.typed import read_as_typed

OUTCOMES = [("", _("Undecided")), *SelectionOutcome.choices]
# Begins the names of the fields that every line has, whatever is chosen there.
OUTCOME = "outcome_"


class CandidateLine(NamedTuple):
    """A candidate; `saved` and `saved_reason` say what the scenario holds, where the line differs."""

    application: Application
    outcome: forms.BoundField
    rank: forms.BoundField
    reason: forms.BoundField
    saved: str
    saved_reason: str


def keys_shown(answers: Mapping[str, Any]) -> list[int]:
    """Return the applications that a page had when it was sent; it has an outcome for each."""
    return keys_in(name.removeprefix(OUTCOME) for name in answers if name.startswith(OUTCOME))


class BoardForm(forms.Form):
    """The candidates of one page, as it was sent; what stands on other pages is left alone."""

    # The last save that the page tells of, and on which choices it was opened.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Note on this save"),
        help_text=_("Kept with your name and the time."),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(),
    )

    def __init__(
        self,
        selection: Selection,
        candidates: Sequence[Application],
        answers: Mapping[str, Any] | None = None,
        *,
        tried: Collection[int] | None = None,
        note: str = "",
    ) -> None:
        super().__init__(answers, initial={"seen": last_save(selection), "note": note})
        self.candidates = list(candidates)
        self.entries = {entry.application_id: entry for entry in selection.entries.all()}
        self.initial["base"] = json.dumps(base_of(self.saved_choices()))
        self.tried = tried
        for application in self.candidates:
            self._add(application, self.entries.get(application.pk))
        for field in self.fields.values():
            read_as_typed(field)

    def clean(self) -> dict[str, Any]:
        known = {application.pk for application in self.candidates}
        if {name for name in self.data if name.startswith(OUTCOME)} - self.fields.keys():
            gone = Application.objects.submitted().filter(pk__in=keys_shown(self.data)).exclude(pk__in=known)
            references = ", ".join(gone.order_by("reference").values_list("reference", flat=True))
            text = _(
                "No longer candidates, so left out below: %(references)s. Nothing was saved. "
                "Save again to keep the rest."
            )
            raise forms.ValidationError(text % {"references": references or "–"})
        return self.cleaned_data

    @property
    def lines(self) -> list[CandidateLine]:
        return [self._line(application) for application in self.candidates]

    def selected_keys(self) -> set[int]:
        """Return who is selected: here as it stands in the form, on other pages as saved or tried."""
        here = {a.pk for a in self.candidates}
        chosen = {
            a.pk for a in self.candidates if self[f"outcome_{a.pk}"].value() == SelectionOutcome.SELECTED
        }
        return chosen | {key for key in self._selected_before() if key not in here}

    @property
    def typed_base(self) -> dict[str, Any]:
        """What the page that was sent says that it was opened on."""
        return read_json_object(self.data.get("base", ""))

    def saved_choices(self) -> list[IntendedOutcome]:
        """Return what the scenario holds of the candidates of this page."""
        keys = [application.pk for application in self.candidates]
        return [choice_of(self.entries[key]) if key in self.entries else undecided(key) for key in keys]

    def choices(self) -> list[IntendedOutcome]:
        """Return what the page says, for the action; a line with an error is left out."""
        data = self.cleaned_data
        return [
            tidied(
                IntendedOutcome(a.pk, data[f"outcome_{a.pk}"], data[f"rank_{a.pk}"], data[f"reason_{a.pk}"])
            )
            for a in self.candidates
            if not self._names_of(a) & self.errors.keys()
        ]

    def problems(self) -> list[str]:
        """Say what of the page cannot be saved as it stands, and why."""
        wrong = [field for field in self if field.errors]
        return [labelled(field.label, " ".join(map(str, field.errors))) for field in wrong]

    def next_base(self) -> str:
        """Return the base on which the page goes on after a save of what it says.

        What somebody else changed of a line that this person left as it was is not on the page: it keeps
        the old base there.
        """
        return json.dumps(self.typed_base | base_of(self.choices()))

    def count_elsewhere(self) -> Counter[str]:
        """Return how many have each outcome on other pages."""
        here = {application.pk for application in self.candidates}
        saved = {key: entry.outcome for key, entry in self.entries.items() if key not in here}
        if self.tried is not None:
            kept = {key: code for key, code in saved.items() if code != SelectionOutcome.SELECTED}
            saved = kept | dict.fromkeys(set(self.tried) - here, SelectionOutcome.SELECTED)
        return Counter(saved.values())

    @staticmethod
    def _names_of(application: Application) -> set[str]:
        return {f"{part}_{application.pk}" for part in ("outcome", "rank", "reason")}

    def _selected_before(self) -> set[int]:
        if self.tried is not None:
            return set(self.tried)
        return {key for key, entry in self.entries.items() if entry.outcome == SelectionOutcome.SELECTED}

    def _initial_outcome(self, application: Application, entry: SelectionEntry | None) -> str:
        saved = entry.outcome if entry else ""
        if self.tried is None:
            return saved
        if application.pk in self.tried:
            return SelectionOutcome.SELECTED
        return "" if saved == SelectionOutcome.SELECTED else saved

    def _line(self, application: Application) -> CandidateLine:
        outcome, rank, reason = (self[f"{part}_{application.pk}"] for part in ("outcome", "rank", "reason"))
        saved_reason = self._saved_reason(application, str(reason.value() or ""))
        return CandidateLine(application, outcome, rank, reason, self._saved(application), saved_reason)

    def _saved_reason(self, application: Application, typed: str) -> str:
        entry = self.entries.get(application.pk)
        saved = entry.reason if entry else ""
        return "" if saved == typed.strip() else saved or gettext("no reason")

    def _saved(self, application: Application) -> str:
        entry = self.entries.get(application.pk)
        outcome = str(self[f"outcome_{application.pk}"].value() or "")
        rank = str(self[f"rank_{application.pk}"].value() or "")
        saved = (entry.outcome, str(entry.rank or "")) if entry else ("", "")
        if saved == (outcome, rank if outcome == SelectionOutcome.RESERVE else ""):
            return ""
        return f"{entry.get_outcome_display()} {entry.rank or ''}".strip() if entry else gettext("Undecided")

    def _add(self, application: Application, entry: SelectionEntry | None) -> None:
        name = application.reference
        self.fields[f"outcome_{application.pk}"] = forms.ChoiceField(
            label=_("Outcome for %(name)s") % {"name": name},
            choices=OUTCOMES,
            required=False,
            initial=self._initial_outcome(application, entry),
            widget=UnfoldAdminSelectWidget(attrs={"data-outcome": "", "data-call": application.call_id}),
        )
        self.fields[f"rank_{application.pk}"] = forms.IntegerField(
            label=_("Reserve list number for %(name)s") % {"name": name},
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
