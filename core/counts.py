"""How many rows several queries have, asked of PostgreSQL in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Rows = QuerySet[Any] | Callable[[], QuerySet[Any]]
Selected = tuple[str, tuple[Any, ...]]


class Count:
    """How many rows some querysets have together; asked once, with others by `count_together` or alone.

    Args:
        rows: querysets of any models, or functions of a module that return the same one whenever they are
            called, whoever asks: Django then works its SQL out only once, which takes longer than all else.
        known: what is to be added, for what was counted otherwise.
    """

    def __init__(self, *rows: Rows, known: int = 0) -> None:
        self._rows, self._known = rows, known
        self._number: int | None = None if rows else known

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
        found = [
            _selected(rows) if isinstance(rows, QuerySet) else _selected_once(rows) for rows in self._rows
        ]
        return [selected for selected in found if selected]

    def take(self, numbers: Iterable[int]) -> None:
        self._number = self._known + sum(numbers)


def count_together(counts: Iterable[Count]) -> None:
    """Let each know its number; one query for all those that do not yet."""
    asked = [(count, count.selected()) for count in counts if count.is_open]
    queries = [query for _count, selected in asked for query in selected]
    numbers = iter(_row(queries) if queries else ())
    for count, selected in asked:
        count.take([next(numbers) for _query in selected])


def _row(queries: list[Selected]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        columns = ", ".join(f"({sql})" for sql, _parameters in queries)
        cursor.execute(f"SELECT {columns}", [value for _sql, values in queries for value in values])
        row: tuple[int, ...] = cursor.fetchone()
        return row


@lru_cache(maxsize=100)
def _selected_once(rows: Callable[[], QuerySet[Any]]) -> Selected | None:
    return _selected(rows())


def _selected(queryset: QuerySet[Any]) -> Selected | None:
    """Return the SQL that counts the rows, with its parameters; None if there can be none."""
    # What is sliced is cut in its order.
    rows = queryset if queryset.query.is_sliced else queryset.order_by()
    try:
        sql, values = rows.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT count(*) FROM ({sql}) AS counted", values
