"""Decisions that start from the board of a run and lead back to it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from core.decisions import DecisionOutcome
from core.keys import is_key
from core.staff.admin import Decision, DecisionForm, DecisionPageMixin

_Made = TypeVar("_Made")


class FromBoard(DecisionForm[Model]):
    """Remembers the run from whose board somebody came, to lead back there; the action never sees it."""

    run = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        answers.pop("run", None)
        return answers


class BackToBoardMixin(DecisionPageMixin, Generic[_Made]):
    """Goes back from a decision to where the board that it started from speaks of it."""

    def anchor(self, made: _Made) -> str:
        """Return the id of the part of the board that speaks of what the decision made."""
        raise NotImplementedError

    def address_after_decision(
        self, request: HttpRequest, decision: Decision, targets: list[Any], outcome: DecisionOutcome
    ) -> str:
        run = request.POST.get("run", "")
        if not is_key(run):
            return super().address_after_decision(request, decision, targets, outcome)
        board = reverse("admin:matching_matchrun_change", args=[run])
        return f"{board}#{self.anchor(outcome.results[0])}"
