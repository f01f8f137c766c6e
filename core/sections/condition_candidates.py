"""Answers with which one finds out whether some clauses can hold together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from core.sections.comparing import codes_of, day_of, number_of
from core.sections.questions import Clause, Compared, Operator, Question

# A word that nobody asks for.
OTHER = "zzzz"
A_DAY = timedelta(days=1)
# More options and rows than these are not counted through.
MAX_COUNT = 200


def options(question: Question) -> frozenset[str] | None:
    """Return the codes that can be chosen today; None if they are no list, as regions are not."""
    if question.kind.compared_as == Compared.TRUTH:
        return frozenset(["true", "false"])
    if question.vocabulary:
        return frozenset(_flat(question.kind.choices_now(question) or ()))
    listed = [*question.choices, *chain.from_iterable(question.choices_by.values())]
    return frozenset(str(code) for code, _label in listed) if listed else None


def candidates(question: Question, clauses: Sequence[Clause]) -> Iterator[Any]:
    """Yield answers of which one fulfils the clauses, if any answer does.

    Args:
        question: the earlier one, of a kind that can be compared.
        clauses: all on this question.
    """
    values = [value for value in (clause.value for clause in clauses) if value is not None]
    match question.kind.compared_as:
        case Compared.TEXT:
            yield from _texts(clauses)
        case Compared.OPTION:
            yield from _known(question, values)
        case Compared.OPTIONS:
            yield from _several(sorted(_known(question, values)), question, clauses)
        case Compared.NUMBER:
            yield from _numbers(question, values)
        case Compared.DAY:
            yield from _days(question, values)
        case Compared.TRUTH:
            yield from (True, False)
        case Compared.ROWS:
            yield from ([{}] * count for count in range(1, _most(question) + 1))
        case _:
            yield OTHER


def _texts(clauses: Sequence[Clause]) -> Iterator[str]:
    yield from (str(clause.value) for clause in clauses if clause.operator == Operator.IS)
    words = [str(clause.value) for clause in clauses if clause.operator == Operator.CONTAINS]
    yield " ".join([*words, OTHER])


def _known(question: Question, values: Iterable[Any]) -> frozenset[str]:
    known = options(question)
    if known is not None:
        return known
    return frozenset(chain([OTHER], *(codes_of(value) or () for value in values)))


def _several(codes: Sequence[str], question: Question, clauses: Sequence[Clause]) -> Iterator[list[str]]:
    yield from ([code] for code in codes)
    exact = (clause.value for clause in clauses if clause.operator == Operator.IS)
    given = [codes_of(value) or frozenset() for value in exact]
    yield from (sorted(named) for named in given if named <= frozenset(codes))
    wanted = [codes_of(c.value) or frozenset() for c in clauses if c.operator == Operator.CONTAINS]
    least = sorted(frozenset().union(*wanted) & frozenset(codes))
    others = [code for code in codes if code not in least]
    for count in range(len(least), min(_most(question), len(codes)) + 1):
        more = count - len(least)
        # Two of each size: what `is_not` excludes is one of them at most.
        yield least + others[:more]
        yield least + others[len(others) - more :]


def _most(question: Question) -> int:
    return min(question.limit, MAX_COUNT) if isinstance(question.limit, int) else MAX_COUNT


def _numbers(question: Question, values: Iterable[Any]) -> Iterator[float]:
    step = 10**-question.decimals
    lowest = number_of(0 if question.least is None else question.least)
    highest = number_of(question.limit)
    named = [number for value in values if (number := number_of(value)) is not None]
    named += [bound for bound in (lowest, highest, 0.0) if bound is not None]
    near = (round(number + way, question.decimals) for number in named for way in (0, -step, step))
    for number in near:
        if (lowest is None or number >= lowest) and (highest is None or number <= highest):
            yield int(number) if number.is_integer() else number


def _days(question: Question, values: Iterable[Any]) -> Iterator[str]:
    is_month = question.kind.code == "month"
    lowest, highest = day_of(question.least), day_of(question.limit)
    for value in [*values, question.least, question.limit, "2027-01-01"]:
        for day in _around(day_of(value), is_month=is_month):
            if (lowest is None or day >= lowest) and (highest is None or day <= highest):
                yield day


def _around(day: str | None, *, is_month: bool) -> Iterator[str]:
    """Yield a day, the one before and the one after; or months, by their first days."""
    try:
        middle = date.fromisoformat(day or "")
        days = [middle, middle - A_DAY, middle + (31 * A_DAY if is_month else A_DAY)]
    except (ValueError, OverflowError):
        return
    yield from (str(each.replace(day=1) if is_month else each) for each in days)


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Yield the codes of choices, of groups of them too."""
    for code, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        elif code:
            yield str(code)
