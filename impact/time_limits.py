"""Queries that anybody may ask for end after a while, whatever was typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_SET = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"


@contextmanager
def queries_end_after(milliseconds: int) -> Iterator[None]:
    """Let PostgreSQL end each query inside that takes longer.

    Raises:
        OperationalError: one did; the transaction around, if there is one, goes on as it was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        before, _now = cursor.execute(_SET, [str(milliseconds)]).fetchone()
        yield
        # Around may be a transaction with queries of its own.
        cursor.execute(_SET, [before])
