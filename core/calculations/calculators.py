"""Who answers which kind of question: each calculator registers itself under the name of its kind.

Only the worker calls them, so that no other process loads a solver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class StepReport(Protocol):
    def __call__(self, done: int, of: int) -> None:
        """Say that so many steps of so many are done."""


Calculator = Callable[[Any, StepReport], Any]
_CALCULATORS: dict[str, Calculator] = {}


def calculator(kind: str) -> Callable[[Calculator], Calculator]:
    """Register a function that answers the questions of a kind: JSON in, JSON out.

    The same question has the same answer: whatever else it reads must never change. It may run twice, if a
    worker dies, and keeps a limit of time itself.
    """

    def register(function: Calculator) -> Calculator:
        _CALCULATORS[kind] = function
        return function

    return register


def answer_to(kind: str, question: object, report: StepReport) -> Any:
    """Return the answer to a question."""
    return _CALCULATORS[kind](question, report)
