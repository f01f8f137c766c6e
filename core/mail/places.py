"""How many e-mails are on their way to the mail server at once, from all workers on all machines together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Tells these locks from other advisory locks of the same database.
MAIL = 0x6D61696C


@contextmanager
def place_at_the_server() -> Iterator[bool]:
    """Hold one of EMAIL_CONNECTIONS places; false if all are taken.

    A place is a lock of the session in PostgreSQL, so that of a worker that dies none stays taken.
    """
    numbers = range(settings.EMAIL_CONNECTIONS)
    taken = next((number for number in numbers if _ask("pg_try_advisory_lock", number)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _ask("pg_advisory_unlock", taken)


def _ask(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [MAIL, number])
        return bool(cursor.fetchone()[0])
