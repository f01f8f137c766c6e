"""An answer as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from core.phrases import labelled

Heading = Mapping[str, Any]
LabelledRow = list[tuple[str, str]]


@dataclass(frozen=True)
class ToldFile:
    """A file of an answer: under which id it can be downloaded, and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class Told:
    """An answer as people read it: a text, a list, or rows of label and text; all empty if there is none.

    Args:
        text: of one answer.
        items: of a list.
        rows: label and text of each part of each row.
        files: one for each row, where the rows are files.
        exact: the same as a spreadsheet calculates with it, where it is a number or a day.
    """

    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[LabelledRow] = field(default_factory=list)
    files: list[ToldFile] = field(default_factory=list)
    exact: Decimal | date | None = field(default=None, compare=False)

    @property
    def lines(self) -> list[str]:
        """All of it, a line for each part."""
        return (
            self.text.splitlines()
            or self.items
            or [file.name for file in self.files]
            or ["; ".join(text for _label, text in row) for row in self.rows]
        )

    @property
    def cell(self) -> str | Decimal | date | None:
        """All of it in one cell of a spreadsheet, rows with their labels; None if there is none."""
        if self.exact is not None:
            return self.exact
        rows = ["; ".join(labelled(label, text) for label, text in row if text) for row in self.rows]
        return "\n".join(self.text.splitlines() or self.items or rows) or None


@dataclass(frozen=True)
class Offer:
    """What may be chosen for a question, or for a column of its rows, named by `of`."""

    of: str
    terms: list[str]


def readable(value: Any, language: str) -> str:
    """Return a value of a version as text, whatever its kind; "" if there is none."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return f"{value['name']} ({value['code']})" if "name" in value else str(value[language])
    return "" if value is None else str(value)
