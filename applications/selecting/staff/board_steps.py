"""What the buttons of the board do with several rows at once, before all of it is saved together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.enums import SelectionOutcome
from applications.selecting.intended import (
    Choices,
    moved,
    newcomers_numbered,
    numbered,
    reserve_of,
    undecided_among,
    with_outcome,
)
from applications.selecting.staff.board_form import OUTCOMES
from core.decisions import use_theme_widget
from core.keys import keys_in
from core.known_types import known_as
from core.phrases import StrOrPromise

# The names of the buttons; those of the reserve list carry an application.
TICKED, BEST, REST = "set_ticked", "set_best", "set_rest"
UP, DOWN, NUMBER = "up", "down", "number"
SEVERAL = (TICKED, BEST, REST)
ON_RESERVE = (UP, DOWN, NUMBER)
# In the list of rows that are ticked.
TICK = "tick"


class CandidatesByScore(NamedTuple):
    """Candidates of the whole scenario, the best first; `scored`: whose score this person may see."""

    keys: list[int]
    scored: list[int]


class SeveralForm(forms.Form):
    """Which outcome several rows get; `pressed` is the button that was used."""

    several_outcome = forms.ChoiceField(label=_("Outcome for several"), choices=OUTCOMES, required=False)
    several_count = forms.IntegerField(label=_("How many"), min_value=1, max_value=999, required=False)
    several_reason = forms.CharField(
        label=_("Reason for all of them"),
        help_text=_("Empty: each keeps the reason that it has."),
        max_length=2000,
        required=False,
    )

    def __init__(self, answers: QueryDict | None, pressed: str = "") -> None:
        super().__init__(answers, initial={"several_outcome": SelectionOutcome.SELECTED})
        self.pressed = pressed
        for field in self.fields.values():
            use_theme_widget(field)

    def clean_several_count(self) -> int | None:
        count: int | None = self.cleaned_data["several_count"]
        if self.pressed == BEST and not count:
            raise forms.ValidationError(_("Enter how many."))
        return count

    def clean(self) -> dict[str, Any]:
        if self.pressed == TICKED and not self.ticked:
            self.add_error(None, _("Tick the rows that get this outcome."))
        return self.cleaned_data

    @property
    def ticked(self) -> list[int]:
        return keys_in(known_as(self.data, QueryDict).getlist(TICK)) if self.pressed else []

    def concerned(self, choices: Choices, ranked: CandidatesByScore) -> list[int]:
        """Return the applications that the pressed button is about."""
        if self.pressed == TICKED:
            known = set(ranked.keys)
            return [key for key in self.ticked if key in known]
        if self.pressed == BEST:
            return undecided_among(choices, ranked.scored)[: self.cleaned_data["several_count"]]
        return undecided_among(choices, ranked.keys)

    def apply(self, choices: Choices, concerned: Sequence[int]) -> Choices:
        outcome, reason = self.cleaned_data["several_outcome"], self.cleaned_data["several_reason"]
        return with_outcome(choices, concerned, outcome, reason=reason)


def pressed_among(names: Sequence[str], answers: Mapping[str, Any]) -> str:
    """Return the button of these that was pressed; empty if none was."""
    return next((name for name in names if name in answers), "")


def arranged(choices: Choices, ranked: CandidatesByScore, answers: Mapping[str, Any]) -> Choices:
    """Return the choices with the reserve list as the button wants it; who is new there comes last."""
    pressed = pressed_among(ON_RESERVE, answers)
    order = reserve_of(choices, ranked.keys)
    if pressed in (UP, DOWN):
        keys = keys_in([answers[pressed]])
        order = moved(order, keys[0], -1 if pressed == UP else 1) if keys else order
    return numbered(choices, order) if pressed else newcomers_numbered(choices, ranked.keys)


def said(concerned: Sequence[int], outcome: str) -> StrOrPromise:
    """Say how many rows got an outcome."""
    text = ngettext(
        "%(count)s application: %(outcome)s.", "%(count)s applications: %(outcome)s.", len(concerned)
    )
    return text % {"count": len(concerned), "outcome": dict(OUTCOMES)[outcome]}
