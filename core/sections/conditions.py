"""Which questions of a form are asked: conditions on earlier answers, judged here and nowhere else.

`static/js/conditions.js` judges the same clauses, so that a page follows at once; this module decides. How an
answer is compared says `core.sections.comparing`.

* A question is asked if it has no condition, or if all, or any, of its clauses hold.
* A column of a repeated group may have a condition too, judged in each row: its clauses are about earlier
  questions of the form, or, as `question.column`, about earlier columns of the same row.
* An answer that is not given fulfils `not_filled` and no other clause, `is_not` included: there is nothing
  to compare. An answer to what is itself not asked counts as not given, whatever is kept of it, in sums too.
* A clause on what comes later, or is not there, finds no answer: cycles are impossible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from core.sections.comparing import holds
from core.sections.questions import (
    ROW_MARK,
    Answers,
    Clause,
    Condition,
    Operator,
    Question,
    Questionnaire,
    Section,
    question_name,
    row_key,
)


@dataclass
class Asked:
    """What a form asks, as far as it has been read.

    Args:
        questions: those that are asked, by their names.
        cells: the answers to them, with those that are worked out of others; a row has no value of a column
            that is not asked in it.
    """

    questions: dict[str, Question] = field(default_factory=dict)
    cells: Answers = field(default_factory=dict)


def walk(questions: Iterable[Question], cells: Mapping[str, Any]) -> Asked:
    """Return what is asked of some questions.

    Args:
        questions: of a form, from its first one on.
        cells: of the whole form.
    """
    by_name: dict[str, Answers] = defaultdict(dict)
    for cell, value in cells.items():
        by_name[question_name(cell)][cell] = value
    found = Asked()
    for question in questions:
        if _is_fulfilled(question.condition, partial(holds_in, found=found)):
            found.cells |= _answered(question, by_name[question.name], found)
            found.questions[question.name] = question
    return found


def asked(questionnaire: Questionnaire, cells: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the questions that are asked, given the cells of the whole form."""
    return frozenset(walk(questionnaire.questions, cells).questions)


def given(questionnaire: Questionnaire, cells: Mapping[str, Any]) -> Answers:
    """Return the answers to what is asked: what is complete, counted and submitted is judged by these.

    A row has no value of a column that is not asked in it. What is worked out of other answers is among them.

    Args:
        questionnaire: all of it.
        cells: of the whole form.
    """
    return walk(questionnaire.questions, cells).cells


def before(questionnaire: Questionnaire, question: Question, cells: Mapping[str, Any]) -> Asked:
    """Return what is asked before a question."""
    names = [each.name for each in questionnaire.questions]
    return walk(questionnaire.questions[: names.index(question.name)], cells)


def in_row(question: Question, row: Mapping[str, Any], earlier: Asked) -> Asked:
    """Return the columns that are asked in one row, and their values.

    Args:
        question: of rows.
        row: with every column.
        earlier: what is asked before the question.
    """
    found = Asked()
    for column in question.columns:
        if _is_fulfilled(column.condition, partial(_holds_in_row, question, in_row=found, earlier=earlier)):
            found.questions[column.name] = column
            if column.kind.is_computed:
                found.cells[column.name] = column.kind.value(column, found.cells)
            elif column.name in row:
                found.cells[column.name] = row[column.name]
    return found


def source_of(questionnaire: Questionnaire, path: str) -> Question | None:
    """Return what a clause is about: a question, or a column by `question.column`; None if it is gone."""
    question, column = questionnaire.question(path), row_key(path)
    if question is None or not column:
        return question
    return next((each for each in question.columns if each.name == column), None)


def own_column(question: Question, clause: Clause) -> str:
    """Return the column of a question that a clause is about, by its name; "" if it is about none."""
    name, _mark, column = clause.question.partition(ROW_MARK)
    return column if name == question.name else ""


def has_column_conditions(question: Question) -> bool:
    return any(column.condition for column in question.columns)


def is_judged(question: Question) -> bool:
    """Whether what an answer holds depends on others: a sum, or rows in which columns may be hidden."""
    return question.kind.is_computed or has_column_conditions(question)


def conditions_of(question: Question) -> Iterator[Condition]:
    """Yield the conditions of a question and of its columns."""
    yield from (each.condition for each in (question, *question.columns) if each.condition)


def clauses_of(question: Question) -> tuple[Clause, ...]:
    return question.condition.clauses if question.condition else ()


def _answered(question: Question, own: Answers, earlier: Asked) -> Answers:
    """Return the cells of a question that is asked; of rows without what is hidden in them."""
    if question.kind.is_computed:
        return {question.name: question.kind.value(question, earlier.cells)}
    if not any(column.condition or column.kind.is_computed for column in question.columns):
        return own
    return {cell: _rows_as_asked(question, rows, earlier) for cell, rows in own.items()}


def _rows_as_asked(question: Question, rows: Any, earlier: Asked) -> Any:
    """Return a cell of rows, be it one of them or all."""
    if isinstance(rows, list):
        return [_rows_as_asked(question, row, earlier) for row in rows]
    if not isinstance(rows, dict):
        return rows
    columns = {column.name for column in question.columns}
    # What an earlier version asked for stays beside.
    besides = {name: value for name, value in rows.items() if name not in columns}
    return besides | in_row(question, rows, earlier).cells


def _holds_in_row(rows: Question, clause: Clause, *, in_row: Asked, earlier: Asked) -> bool:
    if name := own_column(rows, clause):
        return holds_in(replace(clause, question=name), in_row)
    return holds_in(clause, earlier)


def as_asked(questionnaire: Questionnaire, cells: Mapping[str, Any]) -> Questionnaire:
    """Return the form as it is asked now: what is complete, submitted, read and counted is this.

    Sections of which nothing is asked are left out; those without questions of their own stay. Which columns
    are asked in which row says `given`.

    Args:
        questionnaire: all of it.
        cells: of the whole form.
    """
    if not any(question.condition for question in questionnaire.questions):
        return questionnaire
    return narrowed(questionnaire, asked(questionnaire, cells))


def narrowed(questionnaire: Questionnaire, names: Container[str]) -> Questionnaire:
    """Return a form with the questions of these names only, without the sections that ask none of them."""
    sections = (narrow(section, names) for section in questionnaire if asks_anything(section, names))
    return Questionnaire(tuple(sections))


def narrow(section: Section, names: Container[str]) -> Section:
    """Return a section with the questions of these names only, and with the rules on them."""
    questions = tuple(question for question in section.questions if question.name in names)
    if len(questions) == len(section.questions):
        return section
    left_out = {question.name for question in section.questions} - {question.name for question in questions}
    rules = tuple(rule for rule in section.rules if left_out.isdisjoint(rule.names))
    return replace(section, questions=questions, rules=rules)


def asks_anything(section: Section, names: Container[str]) -> bool:
    """Whether any question of a section is asked; one that has none is not hidden by any answer."""
    return not section.questions or any(question.name in names for question in section.questions)


def has_conditions(section: Section) -> bool:
    return any(True for question in section.questions for _condition in conditions_of(question))


def sources(questionnaire: Questionnaire, sections: Iterable[Section]) -> tuple[Question, ...]:
    """Return the questions, of any section, whose answers decide what some sections ask: those to be read."""
    wanted = {question.name for section in sections for question in section.questions}
    found: set[str] = set()
    for question in reversed(questionnaire.questions):
        if question.name in wanted:
            names = {question_name(c.question) for each in conditions_of(question) for c in each.clauses}
            if question.name in found and question.formula:
                names |= {question_name(source) for source in question.formula.sources}
            found |= names - {question.name}
            wanted |= names
    return tuple(question for question in questionnaire.questions if question.name in found)


def holds_in(clause: Clause, found: Asked) -> bool:
    """Whether a clause holds of the answers to what is asked."""
    question = found.questions.get(clause.question)
    if question is None:
        return clause.operator == Operator.NOT_FILLED
    return holds(clause, question, question.kind.compared(question, found.cells))


def _is_fulfilled(condition: Condition | None, holds_of: Callable[[Clause], bool]) -> bool:
    if condition is None or not condition.clauses:
        return True
    return (all if condition.needs_all else any)(map(holds_of, condition.clauses))
