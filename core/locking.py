"""A locked row with what belongs to it, all of it as it is after waiting for the lock.

PostgreSQL reads the row itself anew when it has waited for its lock, but what the same statement
takes from other tables it leaves as it was before. So the lock has a statement of its own.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)


def lock_row(rows: QuerySet[_Row], *, no_key: bool = False, **key: Any) -> _Row:
    """Return one row, locked to the end of the transaction, with what `rows` loads beside it.

    Args:
        rows: to choose from; filters, joins and annotations are judged after the wait.
        no_key: let others meanwhile write rows that point to this one.
        key: lookups of the row's own columns that name it.

    Raises:
        Model.DoesNotExist: `rows` has no such row.
    """
    rows.model._base_manager.select_for_update(no_key=no_key).filter(**key).values_list("pk").first()
    return rows.get(**key)
