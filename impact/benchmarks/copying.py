"""Rows copied within PostgreSQL, thousands in a second; each copy has the rows that hang on its original."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models
from psycopg import sql

from core.known_types import known_as

# For its own columns and joins: the original row, whose copy it hangs on, and the number of the copy.
FROM_ORIGINALS = sql.SQL(
    "CREATE TEMP TABLE {copies} AS SELECT id AS old, nextval({sequence}) AS new, number "
    "FROM {table}, generate_series(%s::int, %s::int) AS number WHERE id = ANY(%s)"
)
FROM_OWNERS = sql.SQL(
    "CREATE TEMP TABLE {copies} AS SELECT row.id AS old, nextval({sequence}) AS new, owner.number "
    "FROM {table} AS row JOIN {owners} AS owner ON row.{column} = owner.old"
)
INSERT = sql.SQL(
    "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS row "
    "JOIN {copies} AS copy ON copy.old = row.id {joins}"
)
JOIN = sql.SQL("LEFT JOIN {copies} AS {name} ON {name}.old = row.{column} AND {name}.number = copy.number")


class Copies:
    """Copies of rows of one database session; within a transaction.

    Args:
        numbers: of the copies: each original gets one of each number.
        other: what a field of the copies holds instead, in terms of `row`, the original, and `copy.number`.
    """

    def __init__(self, numbers: range, other: Mapping[models.Field, sql.SQL]) -> None:
        self._numbers, self._other = numbers, other
        self._made: set[type[models.Model]] = set()

    def of(self, originals: models.QuerySet, *hanging: tuple[type[models.Model], str]) -> None:
        """Copy rows, and then what hangs on them.

        Args:
            originals: which rows.
            hanging: model and the name of its foreign key to a model that was copied before; what else its
                rows refer to is the copy if there is one, or else what the original refers to.
        """
        model = originals.model
        keys = list(originals.values_list("pk", flat=True))
        self._begin(FROM_ORIGINALS, model, [self._numbers.start, self._numbers.stop - 1, keys])
        for other, field in hanging:
            key = known_as(other._meta.get_field(field), models.ForeignKey)
            owners = _copies_of(known_as(key.related_model, type))
            self._begin(FROM_OWNERS, other, [], owners=owners, column=sql.Identifier(str(key.column)))

    def end(self) -> None:
        """Forget which rows were copied."""
        for model in self._made:
            _execute(sql.SQL("DROP TABLE {copies}").format(copies=_copies_of(model)))
        self._made = set()

    def _begin(
        self, query: sql.SQL, model: type[models.Model], values: list[Any], **parts: sql.Identifier
    ) -> None:
        """Number the copies of a model's rows, then write them."""
        table = sql.Identifier(model._meta.db_table)
        sequence = sql.Literal(f"{model._meta.db_table}_id_seq")
        _execute(query.format(copies=_copies_of(model), table=table, sequence=sequence, **parts), values)
        # Without figures PostgreSQL takes them for small, and joins row by row.
        _execute(sql.SQL("ANALYZE {copies}").format(copies=_copies_of(model)))
        self._made.add(model)
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        _execute(
            INSERT.format(
                table=table,
                columns=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields),
                values=sql.SQL(", ").join(self._value(field) for field in fields),
                copies=_copies_of(model),
                joins=sql.SQL(" ").join(self._joins(fields)),
            )
        )

    def _value(self, field: models.Field) -> sql.Composable:
        column = sql.Identifier(str(field.column))
        if field in self._other:
            return self._other[field]
        if field.primary_key:
            return sql.SQL("copy.new")
        if self._is_copied(field):
            return sql.SQL("coalesce({name}.new, row.{column})").format(name=_alias(field), column=column)
        if not field.unique:
            return sql.SQL("row.{}").format(column)
        if isinstance(field, models.UUIDField):
            return sql.SQL("gen_random_uuid()")
        return sql.SQL("copy.new || '-' || row.{}").format(column)

    def _joins(self, fields: list[models.Field]) -> Iterator[sql.Composable]:
        for field in fields:
            if self._is_copied(field):
                column = sql.Identifier(str(field.column))
                copies = _copies_of(known_as(field.related_model, type))
                yield JOIN.format(copies=copies, name=_alias(field), column=column)

    def _is_copied(self, field: models.Field) -> bool:
        return field.is_relation and field.related_model in self._made


def _copies_of(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(f"copies_of_{model._meta.db_table}")


def _alias(field: models.Field) -> sql.Identifier:
    return sql.Identifier(f"copy_{field.name}")


def _execute(query: sql.Composable, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
