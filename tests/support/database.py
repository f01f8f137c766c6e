"""What the migrations wrote, brought back after each test that commits.

A transactional test ends with every table emptied, also those that migrations fill: countries, regions,
calls, roles. Django's own remedy loads them again from a text of JSON, row by row. Here they are kept as
tables in a second schema and copied back by the server; only tables that a test wrote to are touched.
"""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction

KEPT = "as_migrated"
# Hundreds of thousands of rows that only a load writes, which no test commits.
LEFT_ALONE = {"reference_place", "reference_placename"}
# How many rows, and the latest transaction that wrote one of them.
State = tuple[int, int]
# How each table looked when it was as the migrations leave it: without rows, if it is not among these.
_untouched: dict[str, State] = {}


def keep_migrated_rows() -> None:
    """Copy every table that has rows, right after the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _states():
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')
    _untouched.update(_states())


def restore_migrated_rows() -> None:
    """Bring the database back to where the migrations left it; identity counters go on."""
    with transaction.atomic(), connection.cursor() as cursor:
        found = _states()
        touched = [table for table in found | _untouched if found.get(table) != _untouched.get(table)]
        # Triggers that forbid changes, and checks of foreign keys, would stand in the way.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in touched:
            cursor.execute(f'DELETE FROM public."{table}"')
            if table in _untouched:
                columns = ", ".join(f'"{column}"' for column in writable_columns(table))
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {KEPT}."{table}"'
                )
        if touched:
            restored = _states()
    if touched:
        _untouched.update(restored)


def contents() -> dict[str, bytes]:
    """Return what every table holds, as PostgreSQL writes and reads it."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables_in("public")):
            with cursor.copy(f"{copied(table)} TO STDOUT") as copy:
                found[table] = b"".join(bytes(part) for part in copy)
    return found


def copied(table: str) -> str:
    """Return the beginning of a statement that copies a table out or in."""
    columns = ", ".join(f'"{column}"' for column in writable_columns(table))
    return f'COPY public."{table}" ({columns})'


def tables_in(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()} - LEFT_ALONE


def _states() -> dict[str, State]:
    """Return the state of each table that has rows: it is another one after whatever is written.

    Who adds or changes a row leaves the number of a later transaction in it, who deletes one leaves fewer.
    """
    probes = [
        f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM public.\"{table}\" HAVING count(*) > 0"
        for table in sorted(tables_in("public"))
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(probes))
        return {name: (rows, latest) for name, rows, latest in cursor.fetchall()}


@cache
def writable_columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
