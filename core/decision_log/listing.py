"""All sources as one table of a query: filtered, sorted, counted and exported as any list is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query
from django.db.models.sql.datastructures import BaseTable

from core.accounts.models import User
from core.decision_log.models import LoggedDecision
from core.decision_log.sources import Source, sources_for

COLUMNS = ("id", "at", "by_id", "kind", "about", "label", "reason", "detail")


class SourcesTable(BaseTable):
    """Stands in a query where a table would: the rows of several tables one after the other.

    Args:
        name: of the model's table, which the database does not have.
        sql: of the rows, with the columns in their order.
        values: its parameters.
    """

    def __init__(self, name: str, alias: str | None, sql: str = "", values: Sequence[Any] = ()) -> None:
        super().__init__(name, alias)
        self.sql, self.values = sql, tuple(values)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        alias = compiler.quote_name_unless_alias(self.table_alias)
        columns = ", ".join(connection.ops.quote_name(column) for column in COLUMNS)
        return f"({self.sql}) AS {alias} ({columns})", list(self.values)

    def relabeled_clone(self, change_map: dict[str | None, str]) -> SourcesTable:
        alias = change_map.get(self.table_alias, self.table_alias or "")
        return SourcesTable(self.table_name, alias, self.sql, self.values)


def decisions_for(reader: User) -> QuerySet[LoggedDecision]:
    """Return the decisions that a person may read; what they may not is in no filter, search or export."""
    return decisions_of(sources_for(reader), reader)


def decisions_of(sources: Sequence[Source], reader: User) -> QuerySet[LoggedDecision]:
    if not sources:
        return LoggedDecision.objects.none()
    first, *others = (source.rows_for(reader) for source in sources)
    sql, values = first.union(*others, all=True).query.get_compiler(connection=connection).as_sql()
    query = Query(LoggedDecision)
    query.join(SourcesTable(LoggedDecision._meta.db_table, None, sql, values))
    return QuerySet(LoggedDecision, query)
