"""What is wrong with the conditions of a form, in plain sentences for whoever writes it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

from django.utils.translation import gettext as _

from core.reference.units import units
from core.sections.comparing import COMPARISONS, codes_of, day_of, holds, number_of
from core.sections.condition_candidates import candidates, options
from core.sections.condition_words import value_told
from core.sections.conditions import source_of
from core.sections.questions import (
    ROW_MARK,
    Clause,
    Compared,
    Condition,
    Operator,
    Question,
    Questionnaire,
    question_name,
)

WITHOUT_VALUE = (Operator.FILLED, Operator.NOT_FILLED)
# Ways in which a chain of conditions can be fulfilled; beyond them it is taken to be possible.
MAX_WAYS = 256

# What must hold together, and whether they are answers or the lack of one.
Way = tuple[Clause, ...]


@dataclass(frozen=True)
class ConditionFault:
    """Something wrong with the condition of a question.

    Args:
        question: its name; of a column `question.column`.
        text: a sentence, in the language of the page.
    """

    question: str
    text: str


@dataclass(frozen=True)
class _Place:
    """A question, or a column of rows, and what its condition may be about.

    Args:
        path: its name; of a column `question.column`.
        question: the question or column itself.
        earlier: what comes before it, by paths: questions and, before a column, columns of the same row.
        rows: the question of rows, of a column.
    """

    path: str
    question: Question
    earlier: Mapping[str, Question]
    rows: Question | None = None


def faults(questionnaire: Questionnaire) -> list[ConditionFault]:
    """Return what is wrong with the conditions of a form, in the order of its questions."""
    ways = ways_to_each(questionnaire.questions)
    return [
        ConditionFault(place.path, text)
        for place in _places(questionnaire.questions)
        if place.question.condition
        for text in _faults_of(place, place.question.condition, questionnaire, ways)
    ]


def _places(questions: Iterable[Question]) -> Iterator[_Place]:
    """Yield each question and column; what comes before it holds until the next one is asked for."""
    earlier: dict[str, Question] = {}
    for question in questions:
        yield _Place(question.name, question, earlier)
        in_row: dict[str, Question] = {}
        for column in question.columns:
            path = question.cell(column.name)
            yield _Place(path, column, ChainMap(in_row, earlier), question)
            in_row[path] = column
        earlier[question.name] = question


def earlier_than(questions: Iterable[Question], path: str) -> Mapping[str, Question]:
    """Return what comes before a question, by paths: earlier questions and, of a column, those of its row.

    Args:
        questions: of the form.
        path: of the question; of a column `question.column`.
    """
    return next((place.earlier for place in _places(questions) if place.path == path), {})


def can_be_compared(path: str, source: Question) -> bool:
    """Whether a condition can be about an earlier answer.

    Args:
        path: by which a clause names it.
        source: the question, or column.
    """
    # What is worked out in a row is not on the page, so the page could not follow it.
    return not (ROW_MARK in path and source.kind.is_computed)


def can_hold(ways: Sequence[Way], earlier: Mapping[str, Question]) -> bool:
    """Whether any answers lead to a question.

    Args:
        ways: those to the question, of `ways_to_each`.
        earlier: what comes before it, by the names that clauses give it.
    """
    return len(ways) >= MAX_WAYS or any(_is_possible(way, earlier) for way in ways)


def _faults_of(
    place: _Place, condition: Condition, questionnaire: Questionnaire, ways: Mapping[str, Sequence[Way]]
) -> Iterator[str]:
    if always := _why_always(place):
        yield always
    if not condition.clauses:
        yield _("The condition is empty. Add an earlier question, or remove the condition.")
    found = [text for clause in condition.clauses for text in _faults_of_clause(clause, place, questionnaire)]
    yield from dict.fromkeys(found)
    if not found and not can_hold(ways[place.path], place.earlier):
        yield _never_asked(place.question)


def _why_always(place: _Place) -> str:
    """Return why a question can have no condition; "" if it can."""
    if place.question.is_core or (place.rows and place.rows.is_core):
        return _("The portal needs this answer, so the question must always be asked. Remove the condition.")
    return why_column_is_always_asked(place.question, place.rows) if place.rows else ""


def why_column_is_always_asked(column: Question, rows: Question) -> str:
    """Return why a column can have no condition; "" if it can."""
    if not rows.kind.columns_can_have_conditions:
        return _("Only columns of a repeated group can have a condition. A table always shows all its cells.")
    if column.kind.is_computed:
        return _("A calculated column cannot have a condition. It uses what is asked in its row.")
    return ""


def _never_asked(question: Question) -> str:
    if question.is_required:
        return _(
            "This answer is required, but the question will never be asked because its "
            "condition can never be true."
        )
    return _("This question will never be asked because its condition can never be true.")


def _faults_of_clause(clause: Clause, place: _Place, questionnaire: Questionnaire) -> Iterator[str]:
    source = source_of(questionnaire, clause.question)
    if source is None:
        words = _("The condition uses a question that is not in this form (%(name)s).")
        yield words % {"name": clause.question}
    elif clause.question == place.path:
        yield _("A question cannot depend on itself. Choose an earlier question.")
    elif clause.question in place.earlier:
        yield from faults_of_comparison(clause, source)
    elif _is_of_other_rows(clause, place):
        words = _(
            "“%(question)s” has an answer in each row of another group. Choose a different earlier question."
        )
        yield words % {"question": source.heading}
    elif place.rows and clause.question == place.rows.name:
        yield _("A column cannot depend on the group it belongs to. Choose an earlier question.")
    else:
        words = _("The condition uses “%(question)s”, which is asked later. Choose an earlier question.")
        yield words % {"question": source.heading}


def _is_of_other_rows(clause: Clause, place: _Place) -> bool:
    rows = question_name(clause.question)
    return rows != clause.question and (place.rows is None or rows != place.rows.name)


def faults_of_comparison(clause: Clause, source: Question) -> Iterator[str]:
    compared, named = source.kind.compared_as, {"question": source.heading}
    if not can_be_compared(clause.question, source):
        yield (
            _("The answer to “%(question)s” cannot be used in a condition. Choose another question.") % named
        )
    elif clause.operator in WITHOUT_VALUE:
        return
    elif clause.operator not in COMPARISONS[compared]:
        words = _("The answer to “%(question)s” cannot be compared in this way. Choose another comparison.")
        yield words % named
    elif clause.value in (None, "", [], ()):
        yield _("Enter or choose a value to compare “%(question)s” with.") % named
    else:
        yield from _faults_of_value(clause, source)


def _faults_of_value(clause: Clause, source: Question) -> Iterator[str]:
    compared, named = source.kind.compared_as, {"question": source.heading}
    is_size = clause.operator in (Operator.OVER, Operator.UNDER)
    if compared == Compared.DAY:
        if day_of(clause.value) is None:
            yield _("“%(question)s” is a date. Enter a date to compare it with, such as 2027-03.") % named
    elif compared == Compared.NUMBER or (is_size and compared in (Compared.OPTIONS, Compared.ROWS)):
        if number_of(clause.value) is None:
            yield _("“%(question)s” is compared as a number. Enter a number.") % named
    elif compared in (Compared.OPTION, Compared.OPTIONS, Compared.TRUTH):
        yield from _faults_of_options(clause, source)


def _faults_of_options(clause: Clause, source: Question) -> Iterator[str]:
    given = codes_of(clause.value) or frozenset()
    known = options(source)
    # Regions are no list that one looks through.
    unknown = given - (units(given).keys() if known is None else known)
    for code in sorted(unknown):
        words = _("“%(question)s” has no option “%(option)s”.")
        yield words % {"question": source.heading, "option": value_told(None, code)}


def ways_to_each(questions: Iterable[Question]) -> dict[str, Sequence[Way]]:
    """Return for each question and column sets of clauses of which each, holding together, leads to it.

    Args:
        questions: in the order of the form, from its beginning.
    """
    ways: dict[str, Sequence[Way]] = {}
    for question in questions:
        ways[question.name] = _ways_to(question.condition, ways)
        for column in question.columns:
            own = _ways_to(column.condition, ways)
            # A row is there only if its question is asked.
            both = (way + rest for way, rest in product(ways[question.name], own))
            ways[question.cell(column.name)] = list(islice(both, MAX_WAYS))
    return ways


def _ways_to(condition: Condition | None, earlier: Mapping[str, Sequence[Way]]) -> Sequence[Way]:
    if condition is None or not condition.clauses:
        return [()]
    each = [_ways_of_clause(clause, earlier) for clause in condition.clauses]
    if not condition.needs_all:
        return list(islice(chain.from_iterable(each), MAX_WAYS))
    combined = (tuple(chain.from_iterable(parts)) for parts in product(*each))
    return list(islice(combined, MAX_WAYS))


def _ways_of_clause(clause: Clause, earlier: Mapping[str, Sequence[Way]]) -> list[Way]:
    """Return the ways for a clause to hold: an answer demands that its question is asked."""
    if clause.operator == Operator.NOT_FILLED:
        return [(clause,)] if clause.question in earlier else [()]
    return [(clause, *way) for way in earlier.get(clause.question, ())]


def _is_possible(way: Iterable[Clause], earlier: Mapping[str, Question]) -> bool:
    clauses: dict[str, list[Clause]] = {}
    for clause in way:
        clauses.setdefault(clause.question, []).append(clause)
    return all(_can_hold_together(earlier.get(name), asked) for name, asked in clauses.items())


def _can_hold_together(source: Question | None, clauses: Sequence[Clause]) -> bool:
    if all(clause.operator == Operator.NOT_FILLED for clause in clauses):
        return True
    assert source
    values: Iterable[Any] = candidates(source, clauses)
    return any(all(holds(clause, source, value) for clause in clauses) for value in values)
