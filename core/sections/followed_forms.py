"""The part of a section's form that knows which questions, and which columns of each row, are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.utils.functional import cached_property

from core.bases import FormBase
from core.sections.conditions import Asked, asks_anything, has_column_conditions, in_row, narrow
from core.sections.following import ON_PAGE, Following
from core.sections.kinds.rows import KeyedRows, blank_row, typed_columns
from core.sections.questions import Answers, Question, Questionnaire, Section
from core.sections.row_forms import RowForm, SectionRows

if TYPE_CHECKING:
    from core.forms.forms import PublicFormSet
    from core.sections.forms import SectionFormMixin


class OnPage(NamedTuple):
    """A question that a page asks, or a column in one of its rows, and whether that is answered.

    Args:
        question: under the name of its field.
    """

    question: Question
    is_begun: bool


class FollowsConditions(FormBase):
    """What is typed decides what is asked; what is saved, where that is not valid."""

    section: Section
    rows: dict[str, Any]
    is_adding_row: bool

    _read: Callable[[], Answers]

    @cached_property
    def cells(self) -> Answers:
        """The saved answers, as they were when the form first asked."""
        return self._read()

    @cached_property
    def following(self) -> Following:
        """The conditions; of a form that nobody has told of others, those within the section."""
        return Following(self.section, Questionnaire((self.section,)), dict)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of the questions that are asked on the page; only after `is_valid()` was asked."""
        if not self.following.has_conditions:
            return self.following.here
        return self.following.asked(self._deciding)

    @cached_property
    def _deciding(self) -> Answers:
        """The cells by which the page says what it asks."""
        cells = dict(self.cells)
        if self.is_bound and not self.is_adding_row:
            for question in self.following.sources_here:
                cells |= self._taken(question)
        return cells

    @property
    def section_asked(self) -> Section:
        """The section with what it asks, and the rules on that."""
        return narrow(self.section, self.asked)

    @property
    def asks_anything(self) -> bool:
        return asks_anything(self.section, self.asked)

    @property
    def judged_rows(self) -> list[PublicFormSet]:
        return [rows for name, rows in self.rows.items() if name in self.asked]

    def answers(self) -> Answers:
        """Return the cells whose typed value is valid; only after `is_valid()` was asked.

        Of what is not asked, be it a question or a column in a row, only what is an answer: nothing that is
        kept is emptied.
        """
        cells: Answers = {}
        for question in self.section.questions:
            taken = self._taken(question)
            if question.name not in self.asked:
                taken = _answered(question, taken, self.cells)
            elif has_column_conditions(question):
                taken = self._with_hidden_kept(question, taken)
            cells |= taken
        return cells

    def _with_hidden_kept(self, question: Question, taken: Answers) -> Answers:
        earlier = self.following.before(question, self._deciding)
        return {
            cell: _kept_where_hidden(question, cell, row, self.cells.get(cell), earlier)
            for cell, row in taken.items()
        }

    def leave_out_hidden_errors(self) -> None:
        """Nobody can correct what the page does not show."""
        for name in self.following.here - self.asked:
            self.errors.pop(name, None)
        for question in self.section.questions:
            if question.name in self.asked and has_column_conditions(question):
                self._leave_out_hidden_columns(question)

    def _leave_out_hidden_columns(self, question: Question) -> None:
        rows: SectionRows = self.rows[question.name]
        rows.is_valid()
        self.judge_rows(question)
        for row in rows.forms:
            for name in row.hidden_columns:
                row.errors.pop(name, None)

    def judge_rows(self, question: Question) -> None:
        """Let each row of a question know which of its columns are not asked, and rows to come as well."""
        rows: SectionRows = self.rows[question.name]
        earlier = self.following.before(question, self._deciding)
        for row in rows.forms:
            row.hidden_columns = _hidden(question, _row_now(question, row, self.cells), earlier)
        rows.hidden_when_blank = _hidden(question, _blank_now(question), earlier)

    def newly_asked(self, cells: Answers) -> list[Question]:
        """Return what is asked after a save although the page did not show it.

        Args:
            cells: of the section, as they are saved now.
        """
        if not self.following.has_conditions or ON_PAGE not in self.data:
            return []
        shown = self.data[ON_PAGE].split()
        return [each.question for name, each in self._on_page(cells) if name not in shown]

    def no_longer_asked(self, cells: Answers) -> list[Question]:
        """Return what is answered on the page and not asked any more, as somebody changed another answer.

        Args:
            cells: of the section, as they are saved now.
        """
        if not self.following.has_conditions:
            return []
        now = dict(self._on_page(cells))
        mine = self._on_page(self.cells | self.answers())
        return [each.question for name, each in mine if name not in now and each.is_begun]

    def _on_page(self, cells: Answers) -> Iterator[tuple[str, OnPage]]:
        """Yield what the page asks, given the cells of its section, by the names of its fields."""
        names = self.following.asked(cells)
        for question in self.section.questions:
            if question.name in names:
                yield question.name, OnPage(question, question.kind.is_begun(question, cells))
                if has_column_conditions(question):
                    yield from self._columns_on_page(question, cells)

    def _columns_on_page(self, question: Question, cells: Answers) -> Iterator[tuple[str, OnPage]]:
        """Yield the columns with a condition that are asked in the rows of the page."""
        earlier, kind, rows = self.following.before(question, cells), question.kind, self.rows[question.name]
        assert isinstance(kind, KeyedRows)
        for index, form in enumerate(rows.forms):
            cell = question.cell(kind.key_of(cast("SectionFormMixin", self), form, index))
            row = cells.get(cell)
            now = _with_settled(question, cell, row or {})
            asked = in_row(question, now, earlier).questions.values() if row else ()
            for column in (column for column in asked if column.condition):
                name = form.add_prefix(column.name)
                is_begun = column.kind.is_answered(column, (row or {}).get(column.name))
                yield name, OnPage(replace(column, name=name), is_begun)

    def _taken(self, question: Question) -> Answers:
        if question.name in self.rows:
            # Rows give only what they have judged, and nobody else asks hidden ones to.
            self.rows[question.name].is_valid()
        return question.kind.take(cast("SectionFormMixin", self), question)


def _hidden(question: Question, row: Mapping[str, Any], earlier: Asked) -> frozenset[str]:
    """Return the names of the columns that are not asked in a row."""
    asked = in_row(question, row, earlier).questions
    return frozenset(column.name for column in question.columns if column.name not in asked)


def _with_settled(question: Question, cell: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row by which its columns are judged: what stays in it decides, whatever is saved."""
    return {**row, **question.settled.get(cell, {})}


def _row_now(question: Question, row: RowForm, saved: Answers) -> dict[str, Any]:
    """Return a row with what is typed, where that is valid, over what is saved."""
    cell = question.cell(row.saved_key)
    kept = saved.get(cell) if row.saved_key else None
    now = (blank_row(question) | kept if kept else _blank_now(question)) | row.given
    return _with_settled(question, cell, now)


def _blank_now(question: Question) -> dict[str, Any]:
    """Return a row in which nobody has typed yet."""
    return {c.name: c.kind.blank if c.initial is None else c.initial for c in typed_columns(question)}


def _kept_where_hidden(question: Question, cell: str, row: Any, saved: Any, earlier: Asked) -> Any:
    """Return a row that was typed, with what is saved where a column is not asked and says nothing new."""
    if not isinstance(row, dict):
        return row
    kept = blank_row(question) | (saved or {})
    hidden = _hidden(question, _with_settled(question, cell, row), earlier)
    columns = (column for column in typed_columns(question) if column.name in hidden)
    return row | {each.name: kept[each.name] for each in columns if not _is_typed(each, row[each.name])}


def _is_typed(question: Question, value: Any) -> bool:
    return bool(value != question.initial and question.kind.is_answered(question, value))


def _answered(question: Question, taken: Answers, saved: Answers) -> Answers:
    """Return what was typed of a question before it was hidden; what is empty there says nothing."""
    given = {cell: _filled(question, value, saved.get(cell)) for cell, value in taken.items()}
    return {cell: value for cell, value in given.items() if _is_typed(question, value)}


def _filled(question: Question, value: Any, saved: Any) -> Any:
    """Return a value; of a row that is a cell of its own, what is filled in over what is saved."""
    if not question.columns or not isinstance(value, dict):
        return value
    named = {column.name: column for column in question.columns}
    typed = {n: v for n, v in value.items() if n not in named or named[n].kind.is_answered(named[n], v)}
    return value | (saved or {}) | typed if typed else None
