"""The score sheet: a score and a comment for each criterion of the call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
)

from applications.form.answers import Answers, Conflict, digests
from applications.form.forms.merging import CHOICE_PREFIX, MergingMixin, choice_field
from applications.models import Criterion, Review
from applications.reviewing import sheets
from applications.reviewing.sheets import COMMENT, comment_cell, score_cell
from core.typed import read_as_typed


class Line(NamedTuple):
    criterion: Criterion
    share: int  # of the total, in per cent
    fields: list[forms.BoundField]


class ScoreSheet(MergingMixin, forms.Form):
    """May be saved incomplete: only what is given is checked. A field is named as its cell."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label=_("Overall comment"), required=False, max_length=10_000, widget=UnfoldAdminTextareaWidget
    )

    def __init__(self, review: Review, typed: Mapping[str, Any] | None = None) -> None:
        saved = dict(sheets.read(review, review.scores.all()))
        super().__init__(typed, initial=saved | {"base": json.dumps(digests(saved))})
        self.criteria = list(review.application.call.criteria.all())
        for criterion in self.criteria:
            self.fields[score_cell(criterion.pk)] = _score_field(criterion)
            self.fields[comment_cell(criterion.pk)] = _comment_field()
        for field in self.fields.values():
            read_as_typed(field)

    @property
    def lines(self) -> list[Line]:
        weights = sum(criterion.weight for criterion in self.criteria) or 1
        return [Line(c, round(100 * c.weight / weights), self._fields_of(c)) for c in self.criteria]

    @property
    def comment_fields(self) -> list[forms.BoundField]:
        return self._with_choice(COMMENT)

    @property
    def wrong(self) -> list[forms.BoundField]:
        """The fields with an error, in the order of the page."""
        shown = [field for line in self.lines for field in line.fields] + self.comment_fields
        return [field for field in shown if field.errors]

    def answers(self) -> Answers:
        names = [name for name in self.cleaned_data if name != "base" and not name.startswith(CHOICE_PREFIX)]
        return {name: self.cleaned_data[name] for name in names}

    def ask_about(self, conflicts: list[Conflict]) -> None:
        """Put a choice in front of every entry that another page of the same person has changed."""
        for conflict in conflicts:
            name = f"{CHOICE_PREFIX}{conflict.cell}"
            label = _("%(entry)s: something else was saved meanwhile from another page. Which one stays?")
            saved = "–" if conflict.saved in (None, "") else str(conflict.saved)
            entry = self._entry(conflict.cell)
            field = choice_field(conflict, label=label % {"entry": entry}, saved=saved)
            field.widget = UnfoldAdminRadioSelectWidget(choices=field.choices)
            self.fields[name] = field
            self.add_error(name, _("Choose which entry stays."))

    def problems_in_words(self, conflicts: list[Conflict]) -> list[str]:
        """Return which entries are not saved as they stand, and why."""
        words = _("%(entry)s: changed meanwhile on another page. Press Save to choose what stays.")
        wrong = [f"{self._entry(field.name)}: {error}" for field in self.wrong for error in field.errors]
        return wrong + [str(words) % {"entry": self._entry(conflict.cell)} for conflict in conflicts]

    def _entry(self, cell: str) -> str:
        titles = [str(c.title) for c in self.criteria if cell in (score_cell(c.pk), comment_cell(c.pk))]
        return ", ".join([*titles, str(self[cell].label)])

    def _fields_of(self, criterion: Criterion) -> list[forms.BoundField]:
        return self._with_choice(score_cell(criterion.pk)) + self._with_choice(comment_cell(criterion.pk))

    def _with_choice(self, cell: str) -> list[forms.BoundField]:
        choice = f"{CHOICE_PREFIX}{cell}"
        return [self[name] for name in (choice, cell) if name in self.fields]


def _score_field(criterion: Criterion) -> forms.Field:
    range_in_words = _("Enter a whole number from 0 to %(highest)s.") % {"highest": criterion.max_score}
    return forms.IntegerField(
        label=_("Score from 0 to %(highest)s") % {"highest": criterion.max_score},
        required=False,
        min_value=0,
        max_value=criterion.max_score,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], range_in_words),
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )


def _comment_field() -> forms.Field:
    return forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=10_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
