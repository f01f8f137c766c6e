"""For migrations: gives the addresses of a table their one spelling, and dies of no double."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from core.mail.mailboxes import NORMAL_FORM, as_double, normal


class Respelled(NamedTuple):
    """A row whose address changed."""

    pk: Any
    before: str
    after: str


def respell_each(rows: Any, column: str) -> list[Respelled]:
    """Respell a column in which an address may stand several times.

    Args:
        rows: a QuerySet of the migration's own model.
        column: with the addresses; empty ones stay.
    """
    changed = [Respelled(pk, raw, _spelled(raw, pk)) for pk, raw in _addresses(rows, column)]
    return _write(rows, column, [row for row in changed if row.before != row.after])


def respell_unique(rows: Any, column: str) -> list[Respelled]:
    """Respell a column in which each address stands once: of rows with one mailbox the first keeps it.

    The others are marked as doubles (`mailboxes.as_double`) and wait for `merge_doubles`.

    Args:
        rows: a QuerySet of the migration's own model, in the order in which rows keep their address.
        column: with the addresses.
    """
    ranked = [(_spelled(raw, pk), rank, pk, raw) for rank, (pk, raw) in enumerate(_addresses(rows, column))]
    changed = list(_first_keeps_it(ranked))
    # The doubles first, so that no address stands twice in between.
    return _write(rows, column, sorted(changed, key=lambda row: row.after == normal(row.before)))


def _addresses(rows: Any, column: str) -> Iterator[tuple[Any, str]]:
    return rows.exclude(**{column: ""}).values_list("pk", column).iterator()


def _first_keeps_it(ranked: list[tuple[str, int, Any, str]]) -> Iterator[Respelled]:
    for spelled, group in groupby(sorted(ranked), key=lambda row: row[0]):
        for place, (_spelling, _rank, pk, raw) in enumerate(group):
            after = as_double(spelled, pk) if place else spelled
            if raw != after:
                yield Respelled(pk, raw, after)


def _spelled(raw: str, pk: Any) -> str:
    spelled = normal(raw)
    # Nobody could ever write to such a one. Each its own, so that strangers are not taken for one person.
    return spelled if re.fullmatch(NORMAL_FORM, spelled) else f"unreadable-{pk}@unreadable.invalid"


def _write(rows: Any, column: str, changed: list[Respelled]) -> list[Respelled]:
    for row in changed:
        rows.filter(pk=row.pk).update(**{column: row.after})
    return changed
