"""The columns of an export: what each is called, by which name a person leaves it out, and its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import override

from core.phrases import StrOrPromise
from core.translated.texts import ENGLISH


class ExportColumn(NamedTuple):
    """A column of an export.

    Args:
        title: its head.
        value: of a row.
        name: by which a choice is kept, where the title may change; its English words otherwise.
    """

    title: StrOrPromise
    value: Callable[[Any], Any]
    name: str = ""

    @property
    def key(self) -> str:
        with override(ENGLISH):
            return self.name or str(self.title)


# Most columns need no name.
Column = tuple[StrOrPromise, Callable[[Any], Any]] | ExportColumn


def named(columns: Iterable[Column]) -> list[ExportColumn]:
    """Return columns with their names."""
    return [ExportColumn(*column) for column in columns]


def chosen(columns: Iterable[Column], choice: Mapping[str, bool]) -> list[ExportColumn]:
    """Return the columns that a person has not left out."""
    return [column for column in named(columns) if choice.get(column.key, True)]


def nothing(row: object) -> None:
    """The value of a column that is only offered to be chosen."""
