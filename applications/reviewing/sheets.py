"""A score sheet as a section of a form: its questions are made from the criteria of the call.

The cells are `score_<criterion>` (None while not given), `comment_<criterion>` and `comment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.models import Criterion, Review, ReviewScore
from core.accounts.models import User
from core.history import say_who_writes
from core.sections.kinds import TEXT, Number
from core.sections.kinds.plain import words
from core.sections.questions import Answers, Question, Section

COMMENT = "comment"
SCORE_PREFIX, COMMENT_PREFIX = "score_", "comment_"
MAX_COMMENT = 10_000


class Score(Number):
    """A score from 0 to the highest of its criterion."""

    code = "score"

    def field(self, question: Question) -> forms.Field:
        in_words = _("Enter a whole number from 0 to %(highest)s.") % {"highest": question.limit}
        return forms.IntegerField(
            min_value=0,
            max_value=question.limit,
            error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], in_words),
            **words(question),
        )


SCORE = Score()


class Given(NamedTuple):
    """What a reviewer says on one criterion; the score is None while not given."""

    score: int | None
    comment: str = ""


def score_cell(criterion_id: int) -> str:
    return f"{SCORE_PREFIX}{criterion_id}"


def comment_cell(criterion_id: int) -> str:
    return f"{COMMENT_PREFIX}{criterion_id}"


def section_of(criteria: Iterable[Criterion]) -> Section:
    """Return what a sheet asks on each criterion, and on the whole; none of it before it is submitted."""
    questions = [question for criterion in criteria for question in _questions_on(criterion)]
    overall = Question(COMMENT, TEXT, label=_("Overall comment"), limit=MAX_COMMENT, is_required=False)
    return Section("sheet", _("Your score sheet"), "", (*questions, overall))


def _questions_on(criterion: Criterion) -> tuple[Question, Question]:
    score, comment = _("Score from 0 to %(highest)s") % {"highest": criterion.max_score}, _("Comment")
    return (
        Question(
            score_cell(criterion.pk),
            SCORE,
            label=score,
            short_label=f"{criterion.title}, {score}",
            limit=criterion.max_score,
            is_required=False,
        ),
        Question(
            comment_cell(criterion.pk),
            TEXT,
            label=comment,
            short_label=f"{criterion.title}, {comment}",
            limit=MAX_COMMENT,
            is_required=False,
        ),
    )


def cells(given: Mapping[int, Given], comment: str) -> Answers:
    """Return a sheet as cells: what is given on each criterion, by its key, and on the whole."""
    sheet: Answers = {}
    for criterion_id, said in given.items():
        sheet |= {score_cell(criterion_id): said.score, comment_cell(criterion_id): said.comment}
    return sheet | {COMMENT: comment}


def read(review: Review, rows: Iterable[ReviewScore]) -> Answers:
    """Return the sheet as it is saved."""
    return cells({row.criterion_id: Given(row.score, row.comment) for row in rows}, review.comment)


def write(review: Review, rows: Iterable[ReviewScore], values: Answers, *, by: User) -> None:
    """Write cells of a locked review; each changed row leaves its trace in the history.

    Raises:
        ValidationError: a score outside 0 to the criterion's highest.
    """
    for row in rows:
        score, comment = score_cell(row.criterion_id), comment_cell(row.criterion_id)
        if score not in values and comment not in values:
            continue
        row.score, row.comment = values.get(score, row.score), values.get(comment, row.comment)
        _check(row)
        say_who_writes(row, by=by)
        row.save(update_fields=["score", "comment"])
    if COMMENT in values:
        review.comment = values[COMMENT]
        review.save(update_fields=["comment"])


def _check(row: ReviewScore) -> None:
    if row.score is not None and not 0 <= row.score <= row.criterion.max_score:
        raise ValidationError(
            _("%(title)s: give a score from 0 to %(highest)s.")
            % {"title": row.criterion.title, "highest": row.criterion.max_score}
        )
