"""The demo's world in a test, made by the demo once for a test process and copied from then on."""

from __future__ import annotations

from django.db import connection, transaction

from impact.demo import world
from tests.support.caching import empty_caches
from tests.support.database import contents, copied

_kept: dict[str, bytes] = {}


def load() -> None:
    """Fill the database of a test that has made nothing yet.

    The demo takes seconds for it, since all of it comes about by actions; its rows are copied in a fraction.
    """
    if not _kept:
        before = contents()
        world.load()
        _kept.update({table: rows for table, rows in contents().items() if rows != before.get(table)})
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows that may only be added, and rows that point to others which come later.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _kept.items():
            cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f"{copied(table)} FROM STDIN") as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    empty_caches()
