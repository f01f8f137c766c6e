"""Rows: several answers in columns, "add another"; all of them one cell, or each a cell under its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid5

from crispy_forms.layout import HTML, LayoutObject
from django.utils.html import format_html
from django.utils.translation import ngettext

from core.forms.forms import RowsLayout as RowsPlace
from core.known_types import known_as
from core.phrases import labelled
from core.sections.kinds.base import Kind, Labels, kind_of
from core.sections.kinds.computed import with_computed_columns
from core.sections.kinds.telling import Heading, LabelledRow, Offer, Told
from core.sections.questions import Answers, Compared, Question, question_name, row_key
from core.sections.row_forms import KEY, KeyedRowForm, RowForm, SectionRows, rows_class

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin


class Rows(Kind):
    """Rows that are one answer: whoever changes one of them changes all. Their order says nothing."""

    code = "rows"
    compared_as = Compared.ROWS
    can_be_column = False
    is_sorted = True
    row_form: type[RowForm] = RowForm
    row_set: type[SectionRows] = SectionRows

    @property
    def blank(self) -> list[Any]:
        return []

    def rows_class(self, question: Question) -> type[SectionRows]:
        return rows_class(question, self.row_form, self.row_set)

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        choices = {column.name: column.kind.choices_now(column) for column in question.columns}
        self.rows_of(form, question).offer(
            {name: list(now) for name, now in choices.items() if now is not None}
        )

    def offers(self, question: Question) -> list[Offer]:
        offered = [(str(column.label), column.kind.offered(column)) for column in question.columns]
        return [Offer(label, terms) for label, terms in offered if terms]

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        heading = format_html('<h2 class="rows-title">{}</h2>', question.label)
        return [*([HTML(heading)] if question.label else []), RowsPlace(question.name)]

    def shown(self, question: Question, cells: Answers) -> list[dict[str, Any]]:
        return self.shown_rows(question, self.value(question, cells))

    def shown_rows(self, question: Question, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        columns = {
            column.name: column.kind.shown_all(column, [row[column.name] for row in rows])
            for column in typed_columns(question)
        }
        return [row | {name: shown[i] for name, shown in columns.items()} for i, row in enumerate(rows)]

    def value(self, question: Question, cells: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows among the cells of a form."""
        return list(cells.get(question.name) or [])

    def cells(self, question: Question, value: Any) -> Answers:
        return {question.name: self._in_order(question, value)}

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        """Return the rows with no error; one with an error is as it was saved, where it was there."""
        rows = self.rows_of(form, question)
        if rows.are_too_few:
            return {}
        # Read only where it is needed: most saves need nothing that was saved before.
        is_kept = any(row.errors and not rows.is_removed(row) for row in rows.forms)
        before = self.value(question, form.cells) if is_kept else ()
        saved = {str(row[question.key_column]): row for row in before}
        about = _what_rows_are_about(question, rows)
        taken: list[dict[str, Any]] = []
        for row, key in zip(rows.forms, about, strict=True):
            if row.errors and not rows.is_removed(row):
                # Which of the saved rows it was cannot be told from what it is about now: none of them goes.
                is_clear = key in saved and about.count(key) == 1
                taken += [saved[key]] if is_clear else [saved[k] for k in saved if k not in about]
            elif not rows.is_removed(row) and row.given.get(question.key_column):
                taken.append(row.given)
        return {question.name: self._in_order(question, _once_each(question, taken))}

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        rows = self.value(question, cells)
        for index, row in enumerate(rows):
            yield from lacking_columns(question, index, row)
        if question.is_required and not rows:
            yield self.anchor(question), str(question.missing_text or question.label)
        elif rows and len(rows) < question.min_rows:
            words = ngettext("Add at least %(num)d row.", "Add at least %(num)d rows.", question.min_rows)
            yield self.anchor(question), labelled(question.heading, words % {"num": question.min_rows})

    def anchor(self, question: Question) -> str:
        return f"rows-{question.name}"

    def details(self, question: Question) -> dict[str, Any]:
        return {"columns": [column.kind.heading(column) for column in question.columns]}

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        columns = typed_columns(question)
        given = ((column, row[column.name]) for row in value for column in columns if column.name in row)
        return chain.from_iterable(column.kind.regions(column, said) for column, said in given)

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, Any]]:
        """Return the rows with the columns that they hold: one that is not asked in a row is not in it."""
        rows = [with_computed_columns(question, row) for row in value]
        return [
            {c.name: c.kind.snapshot(c, row[c.name], labels) for c in question.columns if c.name in row}
            for row in rows
        ]

    def restored(self, question: Question, value: Any) -> list[dict[str, Any]]:
        columns = typed_columns(question)
        return [
            {c.name: c.kind.restored(c, row[c.name]) for c in columns if c.name in row} for row in value or ()
        ]

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        return Told(rows=[_told_row(heading["columns"], row, language) for row in value])

    def lines(self, question: Question, value: Any, labels: Labels) -> list[str]:
        rows = value if isinstance(value, list) else [value]
        return [self.row_line(question, row, labels) for row in rows]

    def line(self, question: Question, value: Any, labels: Labels) -> str:
        return " · ".join(self.lines(question, value, labels))

    def row_line(self, question: Question, row: Mapping[str, Any], labels: Labels) -> str:
        """Return what is given of a row, in one line."""
        row = with_computed_columns(question, row)
        given = [c for c in question.columns if c.name in row and c.kind.is_answered(c, row[c.name])]
        return "; ".join(c.kind.line_in_row(c, row[c.name], labels) for c in given)

    def rows_of(self, form: SectionFormMixin, question: Question) -> SectionRows:
        return known_as(form.rows[question.name], SectionRows)

    def _in_order(self, question: Question, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        if not self.is_sorted:
            return list(rows)
        return sorted(rows, key=lambda row: row[question.key_column])


class OrderedRows(Rows):
    """Rows that are one answer, in the order in which they were typed."""

    code = "ordered_rows"
    stored_as = "rows"
    is_sorted = False


class KeyedRows(Rows):
    """Rows of which each is a cell: two people can change different rows without disturbing each other.

    A row carries a key of its own, so that all of its columns may change.
    """

    code = "keyed_rows"
    converts_to: ClassVar[tuple[str, ...]] = ("group",)
    stored_as = "rows"
    row_form: type[RowForm] = KeyedRowForm

    def key_name(self, question: Question) -> str:
        return KEY

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        return str((value or {}).get("name") or super().name_of(question, cell, value, labels))

    def value(self, question: Question, cells: Mapping[str, Any]) -> list[dict[str, Any]]:
        key = self.key_name(question)
        return [row | {key: row_key(cell)} for cell, row in question.own(cells).items() if row is not None]

    def cells(self, question: Question, value: Any) -> Answers:
        key, names = self.key_name(question), [column.name for column in question.columns]
        return {question.cell(row[key]): {name: row[name] for name in names} for row in value}

    def cells_of_version(self, question: Question, value: Any) -> Answers:
        """Return the rows as cells under their numbers: a version does not name them."""
        rows = enumerate(self.restored(question, value))
        return {question.cell(str(number)): row for number, row in rows}

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        """Return the rows as cells: None for one that is removed, what is saved where a column is refused.

        Left out is a row with a refused column where something is saved that this page has not seen.
        """
        rows, cells = self.rows_of(form, question), Answers()
        blank = blank_row(question)
        for index, row in enumerate(rows.forms):
            cell = question.cell(self.key_of(form, row, index))
            if rows.is_removed(row):
                cells[cell] = None
            elif blank.keys() - row.given.keys() - row.hidden_columns and not form.has_seen(cell):
                continue
            elif row.has_changed() or cell in form.cells:
                cells[cell] = blank | (form.cells.get(cell) or {}) | row.given
        return cells

    def key_of(self, form: SectionFormMixin, row: RowForm, index: int) -> str:
        """Return the key of a row; that of a new one is the same each time its page is sent."""
        return row.saved_key or uuid5(form.page_key, str(index)).hex


class RowsByColumn(KeyedRows):
    """Rows of which each is a cell under what it is about, such as a language: there is one of each."""

    code = "rows_by_column"
    converts_to = ()
    row_form = RowForm

    def key_name(self, question: Question) -> str:
        return question.key_column

    def cells_of_version(self, question: Question, value: Any) -> Answers:
        return self.cells(question, self.restored(question, value))

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        column = next(column for column in question.columns if column.name == question.key_column)
        return labelled(question.heading, column.kind.line(column, row_key(cell), labels))

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        """Return the rows with no error, and None for those that the page showed and are gone.

        A row with an error stays as it was saved, as do all where too few are left.
        """
        rows = self.rows_of(form, question)
        if rows.are_too_few:
            return {}
        shown = [cell for cell in form.typed_base if question_name(cell) == question.name]
        about = [question.cell(key) for key in _what_rows_are_about(question, rows)]
        typed, unsettled = Answers(), set[str]()
        for row, cell in zip(rows.forms, about, strict=True):
            if rows.is_removed(row):
                continue
            if row.errors:
                # Which of those shown it was cannot be told from what it is about now: none of them goes.
                is_clear = cell in shown and about.count(cell) == 1
                unsettled |= {cell} if is_clear else {cell, *(c for c in shown if c not in about)}
            elif key := row.given.get(question.key_column):
                typed[question.cell(key)] = row.given
        return dict.fromkeys((cell for cell in shown if cell not in unsettled), None) | typed


def _what_rows_are_about(question: Question, rows: SectionRows) -> list[str]:
    """Return what was typed into the column that names each row, valid or not."""
    return [str(row[question.key_column].data or "") for row in rows.forms]


def _once_each(question: Question, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, those about the same but once where there may be only one of them."""
    if not question.twice_text:
        return rows
    return list({row[question.key_column]: row for row in reversed(rows)}.values())[::-1]


def typed_columns(question: Question) -> list[Question]:
    return [column for column in question.columns if not column.kind.is_computed]


def blank_row(question: Question) -> dict[str, Any]:
    return {column.name: column.kind.blank for column in typed_columns(question)}


def lacking_columns(rows: Question, index: int, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a complete row lacks, and what will not do; a column that it does not hold is not asked."""
    for column in typed_columns(rows):
        if column.name not in row:
            continue
        anchor = column.kind.anchor(column).replace(
            f"id_{column.name}", f"id_{rows.name}-{index}-{column.name}", 1
        )
        for _anchor, text in column.kind.missing(column, row):
            yield anchor, labelled(_whose(rows, index, row), text)


def _whose(rows: Question, index: int, row: Mapping[str, Any]) -> str:
    """Return the name in a row if it has one, else its number."""
    name = row.get("name")
    return name if isinstance(name, str) and name else f"{rows.row_label} {index + 1}"


def _told_row(columns: Sequence[Heading], row: Mapping[str, Any], language: str) -> LabelledRow:
    said = [
        (column["label"][language], kind_of(column).told(column, row[column["name"]], language))
        for column in columns
        if column["name"] in row
    ]
    return [(label, told.text or "; ".join(told.lines)) for label, told in said if told.lines]
