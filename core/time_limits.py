"""Queries that anybody may ask for end after a while, whatever was typed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction

_READ = "SELECT current_setting('statement_timeout')"
_SET = "SELECT set_config('statement_timeout', %s, true)"


def after(milliseconds: int) -> float:
    """Return the moment from which on nothing is asked any more, for `queries_end_at`."""
    return time.monotonic() + milliseconds / 1000


@contextmanager
def queries_end_at(moment: float) -> Iterator[None]:
    """Let PostgreSQL end the query inside that is running at a moment, and start none later.

    Args:
        moment: of `after`; several blocks may share it.

    Raises:
        OperationalError: the moment came; the transaction around, if there is one, goes on as it was.
    """
    # The limit ends with the transaction; one around may have queries of its own.
    is_within = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = cursor.execute(_READ).fetchone() if is_within else None
        with connection.execute_wrapper(partial(_in_what_is_left, moment)):
            yield
        if before:
            cursor.execute(_SET, before)


def _in_what_is_left(moment: float, execute: Callable[..., Any], *query: Any) -> Any:
    """Run a query with the time that those before it have left."""
    milliseconds = math.floor((moment - time.monotonic()) * 1000)
    if milliseconds < 1:
        raise OperationalError("no time is left")
    with connection.connection.cursor() as cursor:
        cursor.execute(_SET, [str(milliseconds)])
    return execute(*query)
