"""Where answers are kept: behind one small object, so that no kind of answer and no form knows it.

A store hands out and takes plain values: what JSON can hold, codes for rows of other tables, dates as
`2026-11-01`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    CharField,
    DateField,
    F,
    Field,
    ForeignKey,
    Func,
    ManyToManyField,
    Max,
    Model,
    QuerySet,
)

from core.annotating import with_declared
from core.sections.places import AnswerPlace, Free, FreePlace, Loaded
from core.sections.questions import Answers, Question, row_key

# Made once: each field that Django makes invalidates what Python remembers of all kinds of fields.
CODES: Field = ArrayField(CharField())


class ColumnPlace:
    """A column of the row itself; a reference to another table is a code."""

    def __init__(self, name: str, *, is_code: bool = False, is_date: bool = False, blank: Any = None) -> None:
        self.name, self._is_code, self._is_date, self._blank = name, is_code, is_date, blank

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return []

    def value(self, row: Any, question: Question) -> Any:
        value = getattr(row, self.name)
        if self._is_date:
            return str(value) if value else None
        if isinstance(value, list):
            return sorted(value)
        return (value or question.kind.blank) if self._is_code else value

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        setattr(row, self.name, self.for_column(cells[question.name]))
        return [self.name]

    def for_column(self, value: Any) -> Any:
        """Return a plain value as the model takes it."""
        if self._is_date:
            return date.fromisoformat(value) if value else None
        return (value or None) if self._is_code else value


class CodesPlace:
    """Rows of another table, by their codes in rising order; where loaded, read in the query of the row."""

    def __init__(self, field: ManyToManyField) -> None:
        self._field = field

    @property
    def _loaded(self) -> str:
        return f"{self._field.name}_codes"

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return with_declared(rows, **{self._loaded: self._codes()})

    def related(self, question: Question) -> Sequence[str]:
        return []

    def value(self, row: Any, question: Question) -> list[str]:
        loaded = getattr(row, self._loaded, None)
        codes = [term.pk for term in getattr(row, self._field.name).all()] if loaded is None else loaded
        return sorted(codes)

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        getattr(row, self._field.name).set(cells[question.name])
        return []

    def _codes(self) -> Func:
        """Return what is chosen as an array; PostgreSQL's own words spare a query in a query."""
        chosen: Any = self._field
        pairs, own, other = chosen.remote_field.through, chosen.m2m_column_name(), chosen.m2m_reverse_name()
        return Func(
            F("pk"),
            template=f'ARRAY(SELECT "{other}" FROM "{pairs._meta.db_table}" WHERE "{own}" = %(expressions)s)',
            output_field=CODES,
        )


class RowsPlace:
    """Rows of a table of their own, all of them one answer."""

    def __init__(self, model: type[Model], owner: str) -> None:
        self.model, self.owner, self.columns = model, owner, Store(model)

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return [question.name]

    def value(self, row: Any, question: Question) -> list[dict[str, Any]]:
        return [self.of_row(each, question) for each in getattr(row, question.name).all()]

    def of_row(self, each: Model, question: Question) -> dict[str, Any]:
        return {column.name: self.columns.value(each, column) for column in question.columns}

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        self.of(row).delete()
        self.model._default_manager.bulk_create(
            self.model(**{self.owner: row}, **self.for_row(question, given)) for given in cells[question.name]
        )
        return []

    def of(self, row: Model) -> QuerySet:
        """Return the rows of an owner."""
        return self.model._default_manager.filter(**{self.owner: row})

    def for_row(self, question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a row as the model takes them."""
        named = {column.name: column for column in question.columns}
        return dict(
            self.columns.for_column(named[name], value) for name, value in given.items() if name in named
        )


class KeyedRowsPlace(RowsPlace):
    """Rows of a table of their own, each a cell under its key.

    Args:
        model: of the rows.
        owner: the field that leads to the row they belong to.
        key: the column that names a row of an owner.
        order: the column that holds the order in which they were first written.
    """

    def __init__(self, model: type[Model], owner: str, *, key: str, order: str = "") -> None:
        super().__init__(model, owner)
        self.key, self._order = key, order

    def of_row(self, each: Model, question: Question) -> dict[str, Any]:
        key = _plain_key(getattr(each, self.key))
        return super().of_row(each, question) | {question.kind.key_name(question): key}

    def write(self, row: Any, question: Question, cells: Answers) -> Sequence[str]:
        """Write rows by their keys, and remove those without a value; all new ones in one query."""
        rows, given = self.of(row), {row_key(cell): value for cell, value in cells.items()}
        known = {_plain_key(key) for key in rows.values_list(self.key, flat=True)}
        for key in given.keys() & known:
            one = rows.filter(**{self.key: key})
            one.delete() if given[key] is None else one.update(**self.for_row(question, given[key]))
        new = {key: value for key, value in given.items() if key not in known and value is not None}
        if new:
            self._add(row, [{self.key: key} | self.for_row(question, value) for key, value in new.items()])
        return []

    def _add(self, row: Model, new: Sequence[dict[str, Any]]) -> None:
        """Add rows, behind all that were there."""
        last = self.of(row).aggregate(last=Max(self._order))["last"] or 0 if self._order else 0
        order = ({self._order: last + place} if self._order else {} for place in range(1, len(new) + 1))
        self.model._default_manager.bulk_create(
            self.model(**{self.owner: row}, **place, **values)
            for place, values in zip(order, new, strict=True)
        )


def _plain_key(key: Any) -> Any:
    """Return a key as cells have it."""
    return key.hex if isinstance(key, UUID) else key


class Store:
    """The answers of one model: in its columns, unless a question has a place of its own.

    Args:
        model: of the row whose answers they are.
        places: by the name of a question.
        free: the column of JSON that takes the answers of all questions that the portal does not need.
        by_kind: by the code of a kind, where the answers of those questions are instead.
    """

    def __init__(
        self,
        model: type[Model],
        places: Mapping[str, AnswerPlace] | None = None,
        *,
        free: str = "",
        by_kind: Mapping[str, FreePlace] | None = None,
    ) -> None:
        self.model, self._own = model, places or {}
        self._free: FreePlace | None = Free(free) if free else None
        self._by_kind = by_kind or {}
        self._places: dict[str, AnswerPlace] = {}

    def load(self, rows: Loaded, questions: Iterable[Question]) -> Loaded:
        """Load in the query of the rows the codes that `cells` reads."""
        for question in questions:
            rows = self.place(question).load(rows, question)
        return rows

    def related(self, questions: Iterable[Question]) -> list[str]:
        """Return what else `cells` reads: names of related rows, one query for each."""
        return [name for question in questions for name in self.place(question).related(question)]

    def value(self, row: Model, question: Question) -> Any:
        """Return an answer as it is kept: rows in the order of their table."""
        return self.place(question).value(row, question)

    def cells(self, row: Model, questions: Iterable[Question]) -> Answers:
        """Return the cells of the questions; missing answers are "", None, False or []."""
        cells: Answers = {}
        for question in questions:
            cells |= question.kind.cells(question, self.value(row, question))
        return cells

    def write(self, row: Model, questions: Iterable[Question], values: Answers) -> list[str]:
        """Write cells of a locked row; return the columns that the caller saves."""
        columns: list[str] = []
        for question in questions:
            if own := question.own(values):
                columns += self.place(question).write(row, question, own)
        return columns

    def for_column(self, column: Question, value: Any) -> tuple[str, Any]:
        """Return the column of a plain value, and the value as the model takes it."""
        place = self.place(column)
        assert isinstance(place, ColumnPlace)
        return place.name, place.for_column(value)

    def forget(self, row: Model, question: Question) -> Sequence[str]:
        """Remove the answer to a question of the form's own from a locked row; return the columns to save."""
        assert self._free
        assert not question.is_core
        return self._by_kind.get(question.kind.code, self._free).forget(row, question)

    def place(self, question: Question) -> AnswerPlace:
        if self._free and not question.is_core:
            return self._by_kind.get(question.kind.code, self._free)
        if question.name not in self._places:
            self._places[question.name] = self._own.get(question.name) or self._place_in_model(question.name)
        return self._places[question.name]

    def _place_in_model(self, name: str) -> AnswerPlace:
        field = self.model._meta.get_field(name)
        if isinstance(field, ManyToManyField):
            return CodesPlace(field)
        if isinstance(field, ForeignKey):
            return ColumnPlace(field.attname, is_code=True)
        return ColumnPlace(name, is_date=isinstance(field, DateField))
