"""What a place of answers does, and the one for questions that staff have thought of: a column of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet

from core.sections.questions import Answers, Question

Loaded = TypeVar("Loaded", bound=QuerySet[Any])


class AnswerPlace(Protocol):
    """Where the answers of one question are."""

    def load(self, rows: Loaded, question: Question) -> Loaded:
        """Load in the query of the rows what `value` needs and a query can hold."""

    def related(self, question: Question) -> Sequence[str]:
        """Return what else `value` needs: names of related rows, to be read once for all rows."""

    def value(self, row: Any, question: Question) -> Any:
        """Return the answer as it is kept, plain."""

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        """Set the cells; return the columns of the row that are to be saved."""


class FreePlace(AnswerPlace, Protocol):
    """Where answers to questions are that staff have thought of."""

    def forget(self, row: Any, question: Question) -> Sequence[str]:
        """Remove the answer; return the columns of the row that are to be saved."""


class Free:
    """One column of JSON for the answers of all questions that staff have thought of, by their names."""

    def __init__(self, column: str) -> None:
        self._column = column

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return []

    def value(self, row: Any, question: Question) -> Any:
        kept = getattr(row, self._column).get(question.name, question.kind.blank)
        # As the question is asked now: a row that was kept before a column was added has it too.
        return question.kind.value(question, question.kind.cells(question, kept))

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        kind = question.kind
        value = kind.value(question, kind.cells(question, self.value(row, question)) | cells)
        kept = {name: answer for name, answer in getattr(row, self._column).items() if name != question.name}
        if value != kind.blank:
            kept[question.name] = value
        setattr(row, self._column, kept)
        return [self._column]

    def forget(self, row: Any, question: Question) -> Sequence[str]:
        kept = getattr(row, self._column)
        setattr(row, self._column, {name: value for name, value in kept.items() if name != question.name})
        return [self._column]
