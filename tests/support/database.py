"""What the migrations wrote, brought back after each test that commits.

A transactional test ends with every table emptied, also those that migrations fill: countries, regions,
calls, roles. Django's own remedy loads them again from a text of JSON, row by row. Here they are kept as
tables in a second schema and copied back by the server; only tables that hold something are touched.
"""

from django.db import connection, transaction

KEPT = "as_migrated"
# Hundreds of thousands of rows that only a load writes, which no test commits.
LEFT_ALONE = {"reference_place", "reference_placename"}


def keep_migrated_rows() -> None:
    """Copy every table that has rows, right after the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _with_rows(tables_in("public")):
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')


def restore_migrated_rows() -> None:
    """Bring the database back to where the migrations left it; identity counters go on."""
    kept = tables_in(KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        # Triggers that forbid changes, and checks of foreign keys, would stand in the way.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _with_rows(tables_in("public")) | kept:
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in kept:
            columns = ", ".join(f'"{column}"' for column in writable_columns(table))
            cursor.execute(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {KEPT}."{table}"')


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


def _with_rows(tables: set[str]) -> set[str]:
    probes = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM public.\"{table}\")" for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(probes))
        return {name for (name,) in cursor.fetchall()}


def writable_columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
