"""The score sheet: a score and a comment for each criterion of the call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
)

from applications.models import Criterion, Review
from applications.reviewing import sheets
from applications.reviewing.sheets import COMMENT, comment_cell, score_cell
from core.phrases import labelled
from core.sections.forms import CHOICE_PREFIX, SectionFormMixin
from core.sections.merging import EditConflict, digests
from core.sections.questions import Answers
from core.sections.reading import Answer
from core.typed import read_as_typed


class CriterionLine(NamedTuple):
    criterion: Criterion
    share: int  # of the total, in per cent
    fields: list[forms.BoundField]
    # The answers that it judges, as the form of the call says.
    judged: list[Answer]


class ScoreSheet(SectionFormMixin, forms.Form):
    """May be saved incomplete: only what is given is checked. A field is named as its cell."""

    choice_widget = UnfoldAdminRadioSelectWidget
    is_adding_row = has_open_search = False

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, review: Review, typed: Mapping[str, Any] | None = None) -> None:
        self.review = review
        # By the code of the criterion; the page fills it in, which has read the version.
        self.judged: Mapping[str, list[Answer]] = {}
        self.criteria = list(review.application.call.criteria.all())
        self.section = sheets.section_of(self.criteria)
        super().__init__(typed, initial=self.cells | {"base": json.dumps(digests(self.cells))})
        for question in self.questions:
            field = question.kind.field(question)
            assert field
            self.fields[question.name] = _in_theme(field, is_short=question.name != COMMENT)

    def _read(self) -> Answers:
        return sheets.read(self.review, self.review.scores.all())

    @property
    def lines(self) -> list[CriterionLine]:
        weights = sum(criterion.weight for criterion in self.criteria) or 1
        return [
            CriterionLine(c, round(100 * c.weight / weights), self._fields_of(c), self.judged.get(c.code, []))
            for c in self.criteria
        ]

    @property
    def comment_fields(self) -> list[forms.BoundField]:
        return self._with_choice(COMMENT)

    @property
    def wrong(self) -> list[forms.BoundField]:
        """The fields with an error, in the order of the page."""
        shown = [field for line in self.lines for field in line.fields] + self.comment_fields
        return [field for field in shown if field.errors]

    def errors_in_words(self) -> list[str]:
        named = [(self.section.question(field.name).heading, field) for field in self.wrong]
        return [labelled(name, error) for name, field in named for error in field.errors]

    def label_of(self, conflict: EditConflict) -> str:
        return str(self.section.question(conflict.cell).heading)

    def _fields_of(self, criterion: Criterion) -> list[forms.BoundField]:
        return self._with_choice(score_cell(criterion.pk)) + self._with_choice(comment_cell(criterion.pk))

    def _with_choice(self, cell: str) -> list[forms.BoundField]:
        choice = f"{CHOICE_PREFIX}{cell}"
        return [self[name] for name in (choice, cell) if name in self.fields]


def _in_theme(field: forms.Field, *, is_short: bool) -> forms.Field:
    """Give a field the box of the administration's theme."""
    if isinstance(field, forms.IntegerField):
        field.widget = UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"})
    else:
        field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 3} if is_short else None)
    field.widget.attrs |= field.widget_attrs(field.widget)
    return read_as_typed(field)
