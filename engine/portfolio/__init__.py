"""The best portfolio of applications under limits that people chose: proven, priced, or refused in words.

A portfolio is a set of candidates. Among those that keep every limit the answer is the one with

1. the highest sum of scores; then
2. the highest lowest score, of those that are not included by a limit; then
3. the candidates that come first, by score and then by reference.

So the answer is unique and does not depend on the order of the rows. Everything is an integer (scores in
hundredths of a point), and CP-SAT proves each step. A candidate without a score is chosen only if a limit
includes it, and then counts 0.

Before solving, candidates that the answer cannot hold are left out: of those alike in all that the limits
speak of, at most as many as there are places, the best first, since swapping one for a better one that is
alike keeps every limit.

What solves is loaded when it is first asked for: few processes need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from engine.portfolio.problem import (
    AtLeast,
    AtMost,
    AtMostEach,
    Candidate,
    Clock,
    Exclude,
    Group,
    Include,
    Limit,
    OutOfTime,
    Places,
    Portfolio,
    Price,
    Threshold,
)

if TYPE_CHECKING:
    from engine.portfolio.solving import best, contradiction, prices

__all__ = [
    "AtLeast",
    "AtMost",
    "AtMostEach",
    "Candidate",
    "Clock",
    "Exclude",
    "Group",
    "Include",
    "Limit",
    "OutOfTime",
    "Places",
    "Portfolio",
    "Price",
    "Threshold",
    "best",
    "contradiction",
    "prices",
]


def __getattr__(name: str) -> object:
    if name not in ("best", "contradiction", "prices"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("engine.portfolio.solving"), name)
