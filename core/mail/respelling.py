"""For migrations: gives the addresses of a table their one spelling, and dies of no double."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from core.mail.mailboxes import NORMAL_FORM, double_address, normal

BATCH = 1000


class Respelled(NamedTuple):
    """A row whose address changed."""

    pk: Any
    before: str
    after: str

    @property
    def is_unreadable(self) -> bool:
        """Whether nobody could ever write to the address that it had."""
        return not _is_address(normal(self.before))

    @property
    def is_lost(self) -> bool:
        """Whether the new address does not tell what the old one was."""
        return self.is_unreadable or normal(self.before) not in self.after


def respell_each(rows: QuerySet[Any], column: str, *, is_blank_allowed: bool = False) -> list[Respelled]:
    """Respell a column in which an address may stand several times; says which ones it could not read.

    Args:
        rows: a QuerySet of the migration's own model.
        column: with the addresses; empty ones stay.
        is_blank_allowed: whether one that cannot be read becomes empty.
    """
    # All others have it already. The table may be long.
    other = rows.filter(~Q(**{f"{column}__regex": NORMAL_FORM}) | Q(**{f"{column}__contains": "xn--"}))
    changed = [
        Respelled(pk, raw, "" if is_blank_allowed and not _is_address(normal(raw)) else _spelled(raw, pk))
        for pk, raw in _addresses(other, column)
    ]
    return _write(rows, column, [row for row in changed if row.before != row.after])


def respell_unique(rows: QuerySet[Any], column: str) -> list[Respelled]:
    """Respell a column in which each address stands once: of rows with one mailbox the first keeps it.

    The others are marked as doubles (`mailboxes.double_address`) and wait for `merge_doubles`. Says which
    addresses it could not keep.

    Args:
        rows: a QuerySet of the migration's own model, in the order in which rows keep their address.
        column: with the addresses.
    """
    ranked = [(_spelled(raw, pk), rank, pk, raw) for rank, (pk, raw) in enumerate(_addresses(rows, column))]
    changed = list(_first_keeps_it(ranked))
    # The doubles first, so that no address stands twice in between.
    doubles = [row for row in changed if row.after != normal(row.before)]
    owners = [row for row in changed if row.after == normal(row.before)]
    return _write(rows, column, doubles) + _write(rows, column, owners)


def _addresses(rows: QuerySet[Any], column: str) -> Iterator[tuple[Any, str]]:
    yield from rows.exclude(**{column: ""}).values_list("pk", column).iterator()


def _first_keeps_it(ranked: list[tuple[str, int, Any, str]]) -> Iterator[Respelled]:
    for spelled, group in groupby(sorted(ranked), key=lambda row: row[0]):
        for place, (_spelling, _rank, pk, raw) in enumerate(group):
            after = double_address(spelled, pk) if place else spelled
            if raw != after:
                yield Respelled(pk, raw, after)


def _spelled(raw: str, pk: object) -> str:
    spelled = normal(raw)
    # Nobody could ever write to such a one. Each its own, so that strangers are not taken for one person.
    return spelled if _is_address(spelled) else f"unreadable-{pk}@unreadable.invalid"


def _is_address(spelled: str) -> bool:
    return bool(re.fullmatch(NORMAL_FORM, spelled))


def _write(rows: QuerySet[Any], column: str, changed: list[Respelled]) -> list[Respelled]:
    model = rows.model
    model._base_manager.bulk_update(
        [model(pk=row.pk, **{column: row.after}) for row in changed], [column], batch_size=BATCH
    )
    for row in filter(lambda row: row.is_lost, changed):
        # Only here is it ever said what it was.
        print(f"\n  {model._meta.label} {row.pk}: {column} was {row.before!r}, is {row.after!r}.", end="")
    return changed
