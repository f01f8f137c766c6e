"""The score sheet: a score and a comment for each criterion of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from applications.actions.reviewing import Given
from applications.models import Criterion, Review


class Line(NamedTuple):
    """A criterion with its two fields, for the template."""

    criterion: Criterion
    share: int  # of the total, in per cent
    score: forms.BoundField
    comment: forms.BoundField


class ScoreSheet(forms.Form):
    """May be saved incomplete: only what is given is checked."""

    comment = forms.CharField(
        label=_("Overall comment"), required=False, max_length=10_000, widget=UnfoldAdminTextareaWidget
    )

    def __init__(self, review: Review, answers: Mapping[str, Any] | None = None) -> None:
        super().__init__(answers, initial={"comment": review.comment})
        self.criteria = list(review.application.call.criteria.all())
        given = {row.criterion_id: row for row in review.scores.all()}
        for criterion in self.criteria:
            row = given.get(criterion.pk)
            self.fields[f"score_{criterion.pk}"] = _score_field(criterion, row.score if row else None)
            self.fields[f"comment_{criterion.pk}"] = _comment_field(criterion, row.comment if row else "")

    @property
    def lines(self) -> list[Line]:
        weights = sum(criterion.weight for criterion in self.criteria) or 1
        return [
            Line(c, round(100 * c.weight / weights), self[f"score_{c.pk}"], self[f"comment_{c.pk}"])
            for c in self.criteria
        ]

    def given(self) -> dict[int, Given]:
        """Return what is given for each criterion, for the action."""
        data = self.cleaned_data
        return {
            c.pk: Given(data.get(f"score_{c.pk}"), data.get(f"comment_{c.pk}", "")) for c in self.criteria
        }


def _score_field(criterion: Criterion, score: int | None) -> forms.Field:
    return forms.IntegerField(
        label=_("Score from 0 to %(highest)s") % {"highest": criterion.max_score},
        required=False,
        min_value=0,
        max_value=criterion.max_score,
        initial=score,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )


def _comment_field(criterion: Criterion, comment: str) -> forms.Field:
    return forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=10_000,
        initial=comment,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
