"""A repeated group of which only some columns are open: the others stay as they were, and so do its rows.

`Question.settled` says what stays in which row. A page shows that as text; what is sent of it is not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from django import forms
from django.utils.html import format_html, format_html_join

from core.sections.kinds.base import Labels
from core.sections.kinds.groups import Group
from core.sections.kinds.rows import blank_row, lacking_columns, typed_columns
from core.sections.questions import Answers, Question, row_key
from core.sections.row_forms import KEY, MOST_ROWS, KeyedRowForm, SectionRows

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

Row = Mapping[str, Any]


class SettledWidget(forms.Widget):
    """Shows an answer as text. Beside it stands its value, for the script that judges conditions by it."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self._said = said

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> Any:
        codes = value if isinstance(value, list) else [value]
        given = [(name, str(code)) for code in codes if code not in (None, "", False)]
        values = format_html_join("", '<input type="text" name="{}" value="{}" readonly hidden>', given)
        return format_html('<output id="{}">{}</output>{}', (attrs or {}).get("id", ""), self._said, values)


class SettledField(forms.Field):
    """A column of a row that nobody changes."""

    def __init__(self, column: Question, value: Any, labels: Labels) -> None:
        said = column.kind.line_in_row(column, value, labels) or "–"
        super().__init__(initial=value, required=False, disabled=True, widget=SettledWidget(said))
        self.label: Any = column.heading


class SettledRowForm(KeyedRowForm):
    """One row; what stays in it is given as it is."""

    settled: Row = {}

    def settle(self, row: Row, labels: Labels) -> None:
        """Show what stays as text."""
        self.settled = row
        for column in self.question.columns:
            if column.name in row:
                self.fields[column.name] = SettledField(column, row[column.name], labels)
                self.initial.pop(column.name, None)
        # Nobody is told that an answer is optional which cannot be given.
        self.required_fields |= row.keys()

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in super().given.items() if name not in self.settled} | dict(
            self.settled
        )


class SettledRows(SectionRows):
    """The rows that are there: none comes, none goes."""

    can_delete = False
    min_num, max_num, absolute_max = 0, MOST_ROWS, MOST_ROWS
    validate_min = validate_max = False

    @property
    def can_add(self) -> bool:
        return False

    def with_one_more(self, data: Any, prefix: str) -> Any:
        return data

    @cached_property
    def forms(self) -> list[SettledRowForm]:  # type: ignore[override]  # its rows are of this class
        rows: list[SettledRowForm]
        rows, question, labels = list(super(SectionRows, self).forms), self.question, Labels()
        for row in rows:
            row.settle(question.settled.get(question.cell(row.saved_key), {}), labels)
        for column in question.columns:
            column.kind.prepare_rows([row for row in rows if column.name not in row.settled], column)
        return rows


class SettledGroup(Group):
    """A group as an answer to staff asks it; its answers are kept as those of any group."""

    row_form, row_set = SettledRowForm, SettledRows

    def shown(self, question: Question, cells: Answers) -> list[dict[str, Any]]:
        rows = [
            blank_row(question) | (cells.get(cell) or {}) | dict(stays) | {KEY: row_key(cell)}
            for cell, stays in question.settled.items()
        ]
        return self.shown_rows(question, rows)

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        """Return the rows as cells: as they are saved but for the open columns that hold something valid."""
        cells, blank = Answers(), blank_row(question)
        for row in self.rows_of(form, question).forms:
            cell = question.cell(row.saved_key)
            if cell not in question.settled:
                continue
            stays, saved = question.settled[cell], form.cells.get(cell)
            typed = {name: value for name, value in row.given.items() if name not in stays}
            is_refused = blank.keys() - row.given.keys() - row.hidden_columns
            if (is_refused and not form.has_seen(cell)) or (saved is None and not _says(question, typed)):
                continue
            cells[cell] = blank | (dict(stays) if saved is None else saved) | typed
        return cells

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what the open columns lack: nobody can do anything about the others."""
        for index, (cell, row) in enumerate(question.own(cells).items()):
            stays = question.settled.get(cell, {})
            opened = tuple(column for column in question.columns if column.name not in stays)
            yield from lacking_columns(replace(question, columns=opened), index, row)


def settled(question: Question, rows: Mapping[str, Row]) -> Question:
    """Return a group of which some columns are open.

    Args:
        question: the group.
        rows: cell → the columns that stay as they are.
    """
    return replace(question, kind=SETTLED, settled=rows)


def paired(question: Question, former: Sequence[Row], working: Answers) -> dict[str, Row]:
    """Return former rows under the cells in which they are kept now, in their order.

    A version does not name its rows. A row that is as it was is found by what it says; those that were
    changed follow in their order, unless some are gone: those get a name that is always the same.

    Args:
        question: a group.
        former: its rows, with the columns that they held.
        working: its cells.
    """
    found: dict[int, str] = {}
    for number, row in enumerate(former):
        same = (cell for cell, now in working.items() if cell not in found.values() and _holds(now, row))
        if cell := next(same, ""):
            found[number] = cell
    left = [cell for cell in working if cell not in found.values()]
    changed = [number for number in range(len(former)) if number not in found]
    if len(left) >= len(changed):
        found |= dict(zip(changed, left, strict=False))
    return {found.get(n) or question.cell(_name_of(question, n, row)): row for n, row in enumerate(former)}


def _holds(row: Any, former: Row) -> bool:
    return isinstance(row, dict) and all(row.get(name) == value for name, value in former.items())


def _name_of(question: Question, number: int, row: Row) -> str:
    said = json.dumps([question.name, number, dict(row)], sort_keys=True)
    return uuid5(NAMESPACE_OID, said).hex


def _says(question: Question, typed: Row) -> bool:
    columns = (column for column in typed_columns(question) if column.name in typed)
    return any(column.kind.is_answered(column, typed[column.name]) for column in columns)


SETTLED = SettledGroup()
