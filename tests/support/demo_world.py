"""The demo's world in a test, made by the demo once for a test run and copied from then on."""

from __future__ import annotations

import fcntl
import pickle
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from impact.demo import world
from tests.support.caching import empty_caches
from tests.support.database import contents, copied

# For the other processes of the test run.
MADE: Path = settings.LOCAL_DIR / "demo-world"
_kept: dict[str, bytes] = {}


def load() -> None:
    """Fill the database of a test that has made nothing yet.

    The demo takes seconds for it, since all of it comes about by actions; its rows are copied in a fraction.
    """
    if not _kept:
        with MADE.with_suffix(".lock").open("w") as lock:
            # Whoever comes while it is made waits for it, which takes no longer than to make another.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not MADE.exists():
                _make()
                return
        _kept.update(pickle.loads(MADE.read_bytes()))
    _copy()


def _make() -> None:
    before = contents()
    world.load()
    _kept.update({table: rows for table, rows in contents().items() if rows != before.get(table)})
    MADE.write_bytes(pickle.dumps(_kept))


def _copy() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows that may only be added, and rows that point to others which come later.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _kept.items():
            cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f"{copied(table)} FROM STDIN") as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        # Made by another process, they have numbers that this database has not given yet.
        models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
        filled = [model for model in models if model._meta.db_table in _kept]
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)
    empty_caches()
