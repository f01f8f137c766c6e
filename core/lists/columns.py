"""Which of the columns that a list offers are shown: those that it shows by itself, or as a person chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Column = str | Callable[..., Any]
Chosen = Mapping[str, bool]


def name_of(column: Column) -> str:
    """Return the name of a column as addresses know it."""
    return column if isinstance(column, str) else column.__name__


def choice_of(column: Column) -> str:
    """Return under which name a column is chosen: several may be chosen together."""
    choice: str = getattr(column, "choice", name_of(column))
    return choice


def shown(
    columns: Iterable[Column], chosen: Chosen, *, extra: Sequence[str], kept: Sequence[str]
) -> list[Column]:
    """Return the columns that are shown, in the order of the list.

    Args:
        columns: what the list offers to this person.
        chosen: where the person wants it otherwise than the list does by itself.
        extra: what is not shown unless it is chosen.
        kept: what cannot be left out, as it leads to the rows.
    """
    return [
        column
        for column in columns
        if name_of(column) in kept or chosen.get(choice_of(column), choice_of(column) not in extra)
    ]


def differences(wanted: Iterable[str], offered: Iterable[str], extra: Sequence[str]) -> dict[str, bool]:
    """Return where a choice differs from what is shown by itself, so that columns to come are shown."""
    wanted = set(wanted)
    return {name: name in wanted for name in offered if (name in wanted) is (name in extra)}
