"""What is wrong with the conditions of a form, in plain sentences for whoever writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

from django.utils.translation import gettext as _

from core.reference.units import units
from core.sections.condition_candidates import candidates, options
from core.sections.condition_words import value_told
from core.sections.conditions import COMPARISONS, codes_of, day_of, holds, number_of
from core.sections.questions import Clause, Compared, Condition, Operator, Question, Questionnaire

WITHOUT_VALUE = (Operator.FILLED, Operator.NOT_FILLED)
# Ways in which a chain of conditions can be fulfilled; beyond them it is taken to be possible.
MAX_WAYS = 256

# What must hold together, and whether they are answers or the lack of one.
Way = tuple[Clause, ...]


@dataclass(frozen=True)
class Fault:
    """Something wrong with the condition of a question.

    Args:
        question: its name.
        text: a sentence, in the language of the page.
    """

    question: str
    text: str


def faults(questionnaire: Questionnaire) -> list[Fault]:
    """Return what is wrong with the conditions of a form, in the order of its questions."""
    ways = ways_to_each(questionnaire.questions)
    return [
        Fault(question.name, text)
        for place, question in enumerate(questionnaire.questions)
        for text in _faults_of(question, questionnaire, place, ways)
    ]


def can_hold(ways: Sequence[Way], earlier: Mapping[str, Question]) -> bool:
    """Whether any answers lead to a question.

    Args:
        ways: those to the question, of `ways_to_each`.
        earlier: the questions before it, by their names.
    """
    return len(ways) >= MAX_WAYS or any(_is_possible(way, earlier) for way in ways)


def _faults_of(
    question: Question, questionnaire: Questionnaire, place: int, ways: Mapping[str, Sequence[Way]]
) -> Iterator[str]:
    if any(column.condition for column in question.columns):
        yield _("Columns are always asked: only a whole question can have a condition.")
    if question.condition is None:
        return
    if question.is_core:
        yield _("The rules of the portal need this answer, so it is always asked. Remove the condition.")
    if not question.condition.clauses:
        yield _("The condition asks nothing. Add what must hold, or remove the condition.")
    earlier = {each.name: each for each in questionnaire.questions[:place]}
    found = [
        text
        for clause in question.condition.clauses
        for text in _faults_of_clause(clause, question, questionnaire, earlier)
    ]
    yield from dict.fromkeys(found)
    if not found and not can_hold(ways[question.name], earlier):
        yield _never_asked(question)


def _never_asked(question: Question) -> str:
    if question.is_required:
        return _("This answer is required, but the question is never asked: its condition can never hold.")
    return _("This question is never asked: its condition can never hold.")


def _faults_of_clause(
    clause: Clause, question: Question, questionnaire: Questionnaire, earlier: Mapping[str, Question]
) -> Iterator[str]:
    source = questionnaire.question(clause.question)
    if source is None:
        words = _("The condition is about a question that is not in this form (%(name)s).")
        yield words % {"name": clause.question}
    elif source is question:
        yield _("The condition is about the question itself. Choose an earlier question.")
    elif source.name not in earlier:
        words = _("The condition is about “%(question)s”, which is asked later. Choose an earlier question.")
        yield words % {"question": source.heading}
    else:
        yield from _faults_of_comparison(clause, source)


def _faults_of_comparison(clause: Clause, source: Question) -> Iterator[str]:
    compared, named = source.kind.compared_as, {"question": source.heading}
    if clause.operator in WITHOUT_VALUE:
        return
    elif clause.operator not in COMPARISONS[compared]:
        words = _("The answer to “%(question)s” cannot be compared in this way. Choose another comparison.")
        yield words % named
    elif clause.value in (None, "", [], ()):
        yield _("Say with what “%(question)s” is compared.") % named
    else:
        yield from _faults_of_value(clause, source)


def _faults_of_value(clause: Clause, source: Question) -> Iterator[str]:
    compared, named = source.kind.compared_as, {"question": source.heading}
    is_size = clause.operator in (Operator.OVER, Operator.UNDER)
    if compared == Compared.DAY:
        if day_of(clause.value) is None:
            yield _("“%(question)s” is a date: compare it with one, such as 2027-03.") % named
    elif compared == Compared.NUMBER or (is_size and compared in (Compared.OPTIONS, Compared.ROWS)):
        if number_of(clause.value) is None:
            yield _("“%(question)s” is compared by number: enter a number.") % named
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
    """Return for each question sets of clauses of which each, holding together, leads to it.

    Args:
        questions: in the order of the form, from its beginning.
    """
    ways: dict[str, Sequence[Way]] = {}
    for question in questions:
        ways[question.name] = _ways_to(question.condition, ways)
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
