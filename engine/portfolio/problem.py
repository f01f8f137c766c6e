"""What is asked and what is answered: candidates, limits, a portfolio, the price of a limit."""

from __future__ import annotations

import time
from dataclasses import dataclass

# A family and a code in it: ("country", "FR"), ("border", "DE-FR"), ("call", "2").
Group = tuple[str, str]


@dataclass(frozen=True)
class Candidate:
    """An application as the optimiser sees it.

    Args:
        key: unique.
        reference: unique; settles the order of equals.
        score: hundredths of a point, 0 to 10,000; None if nobody has scored it.
        groups: what it counts for.
    """

    key: int
    reference: str
    score: int | None
    groups: frozenset[Group] = frozenset()

    @property
    def value(self) -> int:
        return self.score or 0


@dataclass(frozen=True)
class Places:
    """At most so many are chosen."""

    number: int


@dataclass(frozen=True)
class AtMostEach:
    """At most so many of each group of a family.

    Args:
        family: of groups.
        number: of each.
        taken: groups with how many of them have a place already; they count, where they are given.
    """

    family: str
    number: int
    taken: frozenset[tuple[Group, int]] = frozenset()

    def room(self, group: Group) -> int:
        """How many of a group may still be chosen."""
        return max(0, self.number - dict(self.taken).get(group, 0))


@dataclass(frozen=True)
class AtMost:
    """At most so many of one group."""

    group: Group
    number: int


@dataclass(frozen=True)
class AtLeast:
    """At least so many of one group; `taken` of them have a place already and count."""

    group: Group
    number: int
    taken: int = 0

    @property
    def wanted(self) -> int:
        """How many have to be chosen."""
        return max(0, self.number - self.taken)


@dataclass(frozen=True)
class Threshold:
    """Nobody with a lower score, or with none."""

    score: int


@dataclass(frozen=True)
class Include:
    key: int


@dataclass(frozen=True)
class Exclude:
    key: int


Limit = Places | AtMostEach | AtMost | AtLeast | Threshold | Include | Exclude


@dataclass(frozen=True)
class Portfolio:
    """The best choice that was found.

    Args:
        keys: the chosen, best first.
        points: sum of their scores, in hundredths.
        bound: no choice within the limits has a higher sum; equal to `points` where that is proven.
    """

    keys: tuple[int, ...]
    points: int
    bound: int

    @property
    def is_proven(self) -> bool:
        return self.points == self.bound


@dataclass(frozen=True)
class Price:
    """What a limit costs: the best choice without it (of `Places`: with one more place) against the answer.

    Args:
        limit: the limit.
        points: hundredths that the sum would rise by; at least 0.
        added, removed: who would come in and who would go.
        is_proven: whether nothing higher is possible without the limit.
    """

    limit: Limit
    points: int
    added: tuple[int, ...]
    removed: tuple[int, ...]
    is_proven: bool


class OutOfTime(Exception):
    """Raised when the time was over before anything was found or refused."""


class Clock:
    """The time that is left for all solves together."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return self._ends - time.monotonic()
