"""How many rows several queries have, and short tables of such numbers, asked of PostgreSQL in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

Rows = QuerySet[Any] | Callable[[], QuerySet[Any]]
Selected = tuple[str, tuple[Any, ...]]


class Count:
    """How many rows some querysets have together; asked once, with others by `count_together` or alone.

    Args:
        rows: querysets of any models, or functions of a module that return the same one whenever they are
            called, whoever asks: Django then works its SQL out only once, which takes longer than all else.
        known: what is to be added, for what was counted otherwise.
        dated: the column with the time of a row, if the earliest is to be told too.

    Attributes:
        earliest: that time, once it was asked; None without rows, or where none has a time.
    """

    def __init__(self, *rows: Rows, known: int = 0, dated: str = "") -> None:
        self._rows, self._known, self._dated = rows, known, dated
        self._number: int | None = None if rows else known
        self.earliest: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._number is None

    @property
    def number(self) -> int:
        if self.is_open:
            count_together([self])
        assert self._number is not None
        return self._number

    def selected(self) -> list[Selected]:
        """Return the SQL of each number to add up, with its parameters."""
        return [selected for rows in self._rows for selected in self._of(rows)]

    def take(self, numbers: Sequence[Any]) -> None:
        """Learn the answers to what is `selected`: each number is followed by its earliest time, if asked."""
        step = 2 if self._dated else 1
        self._number = self._known + sum(numbers[::step])
        self.earliest = min(filter(None, numbers[1::step]), default=None) if self._dated else None

    def _of(self, rows: Rows) -> tuple[Selected, ...]:
        if isinstance(rows, QuerySet):
            return _selected(rows, self._dated)
        return _selected_once(rows, self._dated)


class CountedRows:
    """The rows of a query that counts by groups; asked with others by `count_together` or alone.

    Args:
        rows: of `values`, with what JSON can hold.
    """

    def __init__(self, rows: QuerySet[Any, dict[str, Any]]) -> None:
        self._queryset = rows
        self._rows: list[dict[str, Any]] | None = None

    @property
    def is_open(self) -> bool:
        return self._rows is None

    @property
    def rows(self) -> list[dict[str, Any]]:
        if self._rows is None:
            count_together([self])
        return self._rows or []

    def selected(self) -> list[Selected]:
        """Return the SQL of all rows as one value, with its parameters."""
        try:
            sql, values = self._queryset.query.sql_with_params()
        except EmptyResultSet:
            return []
        return [(f"SELECT json_agg(counted) FROM ({sql}) AS counted", values)]

    def take(self, values: Sequence[Any]) -> None:
        self._rows = next(iter(values), None) or []


def count_together(counts: Iterable[Count | CountedRows]) -> None:
    """Let each know its number, or its rows; one query for all those that do not yet."""
    asked = [(count, count.selected()) for count in counts if count.is_open]
    queries = [query for _count, selected in asked for query in selected]
    numbers = iter(_row(queries) if queries else ())
    for count, selected in asked:
        count.take([next(numbers) for _query in selected])


def _row(queries: list[Selected]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        columns = ", ".join(f"({sql})" for sql, _parameters in queries)
        cursor.execute(f"SELECT {columns}", [value for _sql, values in queries for value in values])
        row: tuple[Any, ...] = cursor.fetchone()
        return row


@lru_cache(maxsize=100)
def _selected_once(rows: Callable[[], QuerySet[Any]], dated: str = "") -> tuple[Selected, ...]:
    return _selected(rows(), dated)


def _selected(queryset: QuerySet[Any], dated: str = "") -> tuple[Selected, ...]:
    """Return the SQL that counts the rows, and that of their earliest time; nothing if there can be none."""
    # What is sliced is cut in its order.
    rows = queryset if queryset.query.is_sliced else queryset.order_by()
    read = rows.values("pk", row_time=F(dated)) if dated else rows.values("pk")
    try:
        sql, values = read.query.sql_with_params()
    except EmptyResultSet:
        return ()
    numbered: Selected = (f"SELECT count(*) FROM ({sql}) AS counted", values)
    return (numbered, (f"SELECT min(row_time) FROM ({sql}) AS dated", values)) if dated else (numbered,)
