"""How an answer is compared with the value of a clause, by the kind of its question.

* a text: `is` takes it as a whole, `contains` looks for whole words; neither regards case, or how words are
  parted;
* one option: `is`; several: `is` means these and no others, `contains` that they are among those chosen;
* a number, a day or a month: `is`, `over` (later), `under` (earlier), both without the value itself;
* yes or no: `is`; a box that is not ticked is no answer;
* several options, and rows, also by how many there are: `over` and `under`.

`static/js/conditions.js` compares in the same way.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from core.sections.questions import Clause, Compared, Operator, Question
from core.typed import is_plain

Reading = Callable[[Any], Any]
Comparison = Callable[[Any, Any], bool]

# Longer whole numbers are none that anybody means.
MAX_NUMBER = 10**20
DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
# The first letter of the Unicode categories of letters, marks and digits.
OF_WORDS = "LMN"


def holds(clause: Clause, question: Question, value: Any) -> bool:
    """Whether a clause holds of the answer to an earlier question that is asked.

    Args:
        clause: on this question.
        question: the earlier one.
        value: as its kind hands it to conditions.
    """
    is_answered = question.kind.is_answered(question, value)
    if clause.operator == Operator.NOT_FILLED:
        return not is_answered
    if not is_answered or clause.operator == Operator.FILLED:
        return is_answered
    compare = COMPARISONS[question.kind.compared_as].get(clause.operator)
    return compare is not None and compare(value, clause.value)


def number_of(value: Any) -> float | None:
    """Return a number as it is compared; None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < MAX_NUMBER else None
    text = value.strip() if isinstance(value, str) else ""
    return float(text) if is_plain(text) else None


def day_of(value: Any) -> str | None:
    """Return a day as it is compared, that of a month is its first; None if it is none."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    return value if value.count("-") > 1 else f"{value}-01"


def codes_of(value: Any) -> frozenset[str] | None:
    """Return the options of an answer, or of a clause: several, or one that stands for itself."""
    given = value if isinstance(value, list | tuple) else [value]
    return frozenset(_code_of(code) for code in given if code not in (None, "")) or None


def text_of(value: Any) -> str | None:
    """Return a text as it is compared: without regard to case and to how its words are parted."""
    return " ".join(value.split()).lower() or None if isinstance(value, str) else None


def count_of(value: Any) -> int | None:
    """Return how many options or rows an answer holds."""
    return len(value) if isinstance(value, list | tuple) else None


def _code_of(code: Any) -> str:
    return str(code).lower() if isinstance(code, bool) else str(code)


def _holds_words(text: str, words: str) -> bool:
    """Whether a text holds some words, as whole words and in this order."""
    start = text.find(words)
    while start >= 0:
        if not (_is_in_word(text[:start][-1:]) or _is_in_word(text[start + len(words) :][:1])):
            return True
        start = text.find(words, start + 1)
    return False


def _is_in_word(character: str) -> bool:
    return character == "_" or (character != "" and unicodedata.category(character)[0] in OF_WORDS)


def _comparing(read: Reading, test: Comparison, read_limit: Reading | None = None) -> Comparison:
    """Return how two values are compared as they are read; where one cannot be read, nothing holds."""

    def compare(value: Any, other: Any) -> bool:
        mine, its = read(value), (read_limit or read)(other)
        return mine is not None and its is not None and test(mine, its)

    return compare


def _same(read: Reading) -> dict[Operator, Comparison]:
    return {Operator.IS: _comparing(read, operator.eq), Operator.IS_NOT: _comparing(read, operator.ne)}


def _size(read: Reading, read_limit: Reading = number_of) -> dict[Operator, Comparison]:
    over, under = (_comparing(read, test, read_limit) for test in (operator.gt, operator.lt))
    return {Operator.OVER: over, Operator.UNDER: under}


_CONTAINS_WORDS = {Operator.CONTAINS: _comparing(text_of, _holds_words)}
_CONTAINS_CODES = {Operator.CONTAINS: _comparing(codes_of, operator.ge)}
# What clauses can ask of a kind besides whether there is an answer.
COMPARISONS: dict[Compared, dict[Operator, Comparison]] = {
    Compared.TEXT: _same(text_of) | _CONTAINS_WORDS,
    Compared.OPTION: _same(codes_of),
    Compared.OPTIONS: _same(codes_of) | _size(count_of) | _CONTAINS_CODES,
    Compared.NUMBER: _same(number_of) | _size(number_of),
    Compared.DAY: _same(day_of) | _size(day_of, day_of),
    Compared.TRUTH: _same(codes_of),
    Compared.ROWS: _size(count_of),
    Compared.ANYTHING: {},
}
