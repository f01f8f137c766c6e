"""What is worked out from other answers, exactly: sums of numbers, counts of rows and choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import LayoutObject
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.sections.kinds.base import UNANSWERED, Labels
from core.sections.kinds.numbers import EURO, Number, add_up, canonical, decimal_of, euro_in_words
from core.sections.kinds.settings import FORMULA, UNIT
from core.sections.kinds.telling import Heading, Told
from core.sections.questions import ROW_MARK, Answers, Formula, Question, question_name, row_key

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

SUM, COUNT = "sum", "count"


class ComputedPlace:
    """Where a computed answer stands on a page, as what is saved and asked makes it."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def render(self, form: SectionFormMixin, context: Any, **kwargs: Any) -> str:
        question = self._question
        value = question.kind.value(question, form.all_given)
        text = question.kind.line(question, value, Labels())
        return render_to_string("impact/computed.html", {"question": question, "text": text})


class Computed(Number):
    """A sum or a count; written as an amount where its unit is the euro sign."""

    code = "computed"
    title = _("Calculated total or count")
    settings = (FORMULA, UNIT)
    converts_to = ()
    is_computed = True

    def field(self, question: Question) -> None:  # type: ignore[override]  # nobody types it
        return None

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        return [ComputedPlace(question)]

    def cells(self, question: Question, value: Any) -> Answers:
        return {}

    def value(self, question: Question, cells: Mapping[str, Any]) -> int | str | None:
        """Return the answer as the other ones make it; None if a sum has nothing to add."""
        return work_out(question.formula, cells) if question.formula else None

    def is_begun(self, question: Question, cells: Mapping[str, Any]) -> bool:
        return False

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from ()

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        if EURO in heading.get("unit", {}).values():
            return Told(text=euro_in_words(value, language), exact=decimal_of(value))
        return super().told(heading, value, language)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        formula = question.formula
        if formula is None or formula.operation not in (SUM, COUNT):
            yield gettext("Choose whether to add up or count the answers.")
        elif not formula.sources:
            yield gettext("Choose at least one question for the calculation.")
        else:
            yield from (fault for source in formula.sources if (fault := _fault_of(formula, source, earlier)))


def work_out(formula: Formula, cells: Mapping[str, Any]) -> int | str | None:
    """Return what a formula makes of the cells of a form, or of one row."""
    values = [value for source in formula.sources for value in _values_at(source, cells)]
    if formula.operation == COUNT:
        return sum(
            len(v) if isinstance(v, list) else v not in UNANSWERED or v == 0 and v is not False
            for v in values
        )
    total = add_up(values)
    return None if total is None else canonical(total)


def with_computed_columns(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its computed columns."""
    full = dict(row)
    for column in question.columns:
        if column.kind.is_computed:
            full[column.name] = column.kind.value(column, full)
    return full


def _values_at(source: str, cells: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the values that a source names: an answer, its rows, a column of rows or of a table."""
    name, _mark, column = source.partition(ROW_MARK)
    for cell, value in cells.items():
        if question_name(cell) != name or value is None:
            continue
        if not column:
            yield value
        elif isinstance(value, dict | list):
            rows = value if isinstance(value, list) else [value]
            yield from (row.get(column) for row in rows)
        elif row_key(cell).rpartition(ROW_MARK)[2] == column:
            yield value


def _fault_of(formula: Formula, source: str, earlier: Sequence[Question]) -> str:
    name, _mark, column_name = source.partition(ROW_MARK)
    question = next((each for each in earlier if each.name == name), None)
    columns = {column.name: column for column in question.columns} if question else {}
    if question is None or (column_name and column_name not in columns):
        return gettext("“%(name)s” must come before this question.") % {"name": source}
    asked = columns[column_name] if column_name else question
    is_table_of_numbers = bool(question.fixed_rows) and not column_name
    if formula.operation == SUM and not (asked.kind.is_number or is_table_of_numbers):
        return gettext("“%(name)s” is not a number, so it cannot be added up.") % {
            "name": asked.heading or source
        }
    return ""
