"""A table with fixed rows and columns of numbers, with the sums of both: a budget by line and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from crispy_forms.layout import LayoutObject
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.phrases import labelled
from core.sections.kinds import faults
from core.sections.kinds.base import Kind, Labels, in_both, kind_of, spoken
from core.sections.kinds.numbers import Amount, Number, add_up, canonical
from core.sections.kinds.settings import COLUMNS, TABLE_ROWS
from core.sections.kinds.telling import Heading, LabelledRow, Told
from core.sections.questions import ROW_MARK, Answers, Question, row_key
from core.typed import read_as_typed

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

# A page shows so many boxes.
MOST_BOXES = 200
Numbers = Mapping[str, Mapping[str, Any]]


class Box(NamedTuple):
    """One number of a table.

    Args:
        row: in which it is.
        column: in which it is.
        cell: that keeps it.
        field: of the form.
        label: what it is.
        asked: the same, with what its number counts.
    """

    row: str
    column: Question
    cell: str
    field: str
    label: str
    asked: str


def heading_of(column: Question) -> str:
    """Return what stands above a column: with what its numbers count, so that nobody has to guess."""
    kind = column.kind
    return str(kind.label_of(column) if isinstance(kind, Number) else column.label)


def boxes_of(question: Question) -> Iterator[Box]:
    for row, said in question.fixed_rows:
        for column in question.columns:
            key = f"{row}{ROW_MARK}{column.name}"
            words = gettext("%(row)s, %(column)s")
            told = [words % {"row": said, "column": what} for what in (column.label, heading_of(column))]
            yield Box(row, column, question.cell(key), f"{question.name}-{row}-{column.name}", *told)


def sum_of(numbers: Iterable[Any]) -> int | str | None:
    total = add_up(numbers)
    return None if total is None else canonical(total)


def sums_of(question: Question, value: Numbers) -> dict[str, Any]:
    """Return the sums of a table: of its columns, and of its rows where all columns count the same."""
    names, rows = [column.name for column in question.columns], [row for row, _words in question.fixed_rows]
    number = {(row, name): value.get(row, {}).get(name) for row in rows for name in names}
    sums: dict[str, Any] = {"columns": {name: sum_of(number[row, name] for row in rows) for name in names}}
    if len({(column.kind.code, str(column.unit)) for column in question.columns}) == 1:
        sums["rows"] = {row: sum_of(number[row, name] for name in names) for row in rows}
        sums["all"] = sum_of(number.values())
    return sums


class Sum(NamedTuple):
    """A sum on a page, and how the script writes another one in its place.

    Args:
        text: of the sum.
        written: that of nothing, with a 0 for the number.
        is_amount: with two decimals.
    """

    text: str
    written: str
    is_amount: bool

    @classmethod
    def of(cls, column: Question, number: Any) -> Sum:
        kind, labels = column.kind, Labels()
        written = re.sub("0[.,]00", "0", kind.line(column, 0, labels))
        return cls(kind.line(column, number, labels), written, kind.code == Amount.code)


class TablePlace:
    """Where a table stands on a page."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def render(self, form: SectionFormMixin, context: Any, **kwargs: Any) -> str:
        question, columns = self._question, self._question.columns
        sums, boxes = sums_of(question, self._value_on(form)), list(boxes_of(question))
        by_row = sums.get("rows", {})
        rows = [
            {
                "label": said,
                "fields": [form[box.field] for box in boxes if box.row == row],
                "sum": Sum.of(columns[0], by_row.get(row)),
            }
            for row, said in question.fixed_rows
        ]
        shown = {
            "question": question,
            "rows": rows,
            "columns": [
                (column.name, heading_of(column), Sum.of(column, sums["columns"][column.name]))
                for column in columns
            ],
            "has_row_sums": "rows" in sums and len(columns) > 1,
            "sum": Sum.of(columns[0], sums.get("all")),
        }
        return render_to_string("impact/table.html", shown)

    def _value_on(self, form: SectionFormMixin) -> Numbers:
        """Return the numbers on the page: those typed, where they are valid, or those saved."""
        kind = self._question.kind
        typed = kind.take(form, self._question) if hasattr(form, "cleaned_data") else {}
        numbers: Numbers = kind.value(self._question, typed if form.is_bound else form.cells)
        return numbers


class Table(Kind):
    """Numbers in fixed rows and columns, each a cell of its own under `name.row.column`."""

    code = "table"
    title = _("Table of numbers with totals")
    settings = (TABLE_ROWS, COLUMNS)
    can_be_column = False

    @property
    def blank(self) -> dict[str, Any]:
        return {}

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        for box in boxes_of(question):
            field = box.column.kind.field(box.column)
            assert field
            field.label, field.required, field.help_text = box.asked, False, ""
            field.widget.attrs |= {"data-column": box.column.name, "data-decimals": box.column.decimals}
            if not form.is_bound:
                field.initial = box.column.kind.shown_all(box.column, [form.cells.get(box.cell)])[0]
            form.fields[box.field] = read_as_typed(field)

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        return [TablePlace(question)]

    def value(self, question: Question, cells: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the numbers by row and column, those of rows too that are no longer asked for."""
        value: dict[str, dict[str, Any]] = {}
        for cell, number in question.own(cells).items():
            row, _mark, column = row_key(cell).partition(ROW_MARK)
            if column and number is not None:
                value.setdefault(row, {})[column] = number
        return value

    def cells(self, question: Question, value: Any) -> Answers:
        return {
            question.cell(f"{row}{ROW_MARK}{column}"): number
            for row, numbers in (value or {}).items()
            for column, number in numbers.items()
        }

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        cleaned = form.cleaned_data
        return {
            box.cell: box.column.kind.plain(cleaned[box.field])
            for box in boxes_of(question)
            if box.field in cleaned
        }

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        box = next((box for box in boxes_of(question) if box.cell == cell), None)
        return labelled(question.heading, box.label) if box else str(question.heading)

    def is_begun(self, question: Question, cells: Mapping[str, Any]) -> bool:
        return bool(self.value(question, cells))

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if question.is_required and not self.value(question, cells):
            yield self.anchor(question), str(question.missing_text or question.label)
            return
        for box in boxes_of(question):
            column, number = box.column, cells.get(box.cell)
            needed = question.is_required and column.is_required and number is None
            whys = [gettext("Enter a number.")] if needed else []
            if number is not None:
                whys = list(column.kind.misfits(column, number, cells))
            yield from ((f"id_{box.field}", labelled(box.label, why)) for why in whys)

    def anchor(self, question: Question) -> str:
        first = next(boxes_of(question), None)
        return f"id_{first.field}" if first else super().anchor(question)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_options(question.fixed_rows)
        yield from faults.of_columns(question)
        for column in question.columns:
            if not column.kind.is_number or column.kind.is_computed:
                words = gettext("Column “%(column)s” must be a number.")
                yield words % {"column": column.heading or column.name}
        if len(question.fixed_rows) * len(question.columns) > MOST_BOXES:
            yield gettext("A table can have at most %(most)d cells.") % {"most": MOST_BOXES}

    # Told -------------------------------------------------------------------------------------------------

    def details(self, question: Question) -> dict[str, Any]:
        return {
            "rows": [{"code": code} | in_both(said) for code, said in question.fixed_rows],
            "columns": [column.kind.heading(column) for column in question.columns],
        }

    def snapshot(self, question: Question, value: Any, labels: Labels) -> dict[str, Any] | None:
        """Return the numbers of the rows and columns that are asked for, with their sums."""
        asked: dict[str, dict[str, Any]] = {}
        for box in boxes_of(question):
            number = (value or {}).get(box.row, {}).get(box.column.name)
            asked.setdefault(box.row, {})[box.column.name] = number
        if all(number is None for row in asked.values() for number in row.values()):
            return None
        return {"numbers": asked, "sums": sums_of(question, asked)}

    def restored(self, question: Question, value: Any) -> dict[str, dict[str, Any]]:
        numbers = value["numbers"] if value else {}
        return {row: {name: n for name, n in said.items() if n is not None} for row, said in numbers.items()}

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        if not value:
            return Told()
        columns, sums = heading["columns"], value["sums"]
        has_row_sums = "rows" in sums and len(columns) > 1
        rows = [
            _told_row(row[language], value["numbers"][row["code"]], columns, language)
            + ([_told_sum(columns[0], sums["rows"][row["code"]], language)] if has_row_sums else [])
            for row in heading["rows"]
        ]
        last = _told_row(gettext("Total"), sums["columns"], columns, language)
        return Told(
            rows=[*rows, last + ([_told_sum(columns[0], sums["all"], language)] if has_row_sums else [])]
        )

    def line(self, question: Question, value: Any, labels: Labels) -> str:
        if isinstance(value, dict):
            return super().line(question, value, labels)
        # One cell, when somebody has to choose between two.
        return question.columns[0].kind.text(value, spoken())


def _told_row(
    said: str, numbers: Mapping[str, Any], columns: Sequence[Heading], language: str
) -> LabelledRow:
    told = [
        (column["label"][language], _told(column, numbers[column["name"]], language)) for column in columns
    ]
    return [(gettext("Row"), said), *((label, text or "–") for label, text in told)]


def _told_sum(column: Heading, number: Any, language: str) -> tuple[str, str]:
    return gettext("Total"), _told(column, number, language) or "–"


def _told(column: Heading, number: Any, language: str) -> str:
    return kind_of(column).told(column, number, language).text
