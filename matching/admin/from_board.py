"""Decisions that start from the board of a run and lead back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from core.decisions import Outcome
from core.staff.admin import Decision, DecisionForm
from core.staff.keys import is_key


class FromBoard(DecisionForm):
    """Remembers the run from whose board somebody came, to lead back there; the action never sees it."""

    run = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        answers.pop("run", None)
        return answers


class BackToBoardMixin:
    """Fills a form in from the address on the board, and goes back where the board speaks of it."""

    # Fields of the forms by their name in an address of the board.
    asked: Mapping[str, str] = {"run": "run"}

    def anchor(self, row: Any) -> str:
        """Return the id of the part of the board that speaks of what the decision made."""
        raise NotImplementedError

    def _form(
        self, request: HttpRequest, decision: Decision, targets: list[Any], answers: Any
    ) -> DecisionForm:
        form = super()._form(request, decision, targets, answers)
        asked = {name: request.GET.get(key) for name, key in self.asked.items() if key in request.GET}
        form.initial |= {name: value for name, value in asked.items() if name in form.fields}
        return form

    def _address_after(
        self, request: HttpRequest, decision: Decision, targets: list[Any], outcome: Outcome
    ) -> str:
        run = request.POST.get("run", "")
        if not is_key(run):
            return super()._address_after(request, decision, targets, outcome)
        board = reverse("admin:matching_matchrun_change", args=[run])
        return f"{board}#{self.anchor(outcome.results[0])}"
