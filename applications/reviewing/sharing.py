"""Reviews shared out among reviewers: first the best cover, then the lowest load, by the matching engine.

Nobody is left with an error where not everything can be covered: places that stay empty are columns of
their own, each dearer than the one before, so that the engine leaves as few empty as possible and spreads
them over the applications.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import engine
from core.calculations import actions as calculations
from core.calculations.calculators import StepReport, calculator
from core.calculations.models import Calculation
from core.known_types import known_as

KIND = "shares"
Pair = tuple[int, int]


@dataclass(frozen=True)
class Shares:
    """Who gets what.

    pairs: (application, reviewer), sorted.
    missing: application → reviews that nobody could be given; applications without any are absent.
    most: the highest load that the assignment keeps to, loads of before included.
    """

    pairs: tuple[Pair, ...]
    missing: Mapping[int, int]
    most: int


@dataclass(frozen=True)
class Work:
    """What is to be shared out.

    wanted: application → reviews still to be given, 0 or more.
    loads: reviewer → reviews that he or she has already.
    barred: (application, reviewer) that may not come together.
    points: (application, reviewer) → how well they go together, a whole number from 0; absent is 0.
    """

    wanted: Mapping[int, int]
    loads: Mapping[int, int]
    barred: Collection[Pair]
    points: Mapping[Pair, int]


@dataclass(frozen=True)
class ProposedShares:
    """What the worker answers: the shares, and those without a limit of load where that would cover more."""

    shares: Shares
    without_limit: Shares | None = None


def ask_for_proposal(work: Work, *, most: int | None) -> Calculation:
    """Ask the worker to share out the work; `proposal_from` reads its answer."""
    return calculations.ask(KIND, _question(work, most))


def known_proposal(work: Work, *, most: int | None) -> ProposedShares | None:
    """Return the proposal for this very work, if it was asked for and made."""
    answer = calculations.known_answer(KIND, _question(work, most))
    return None if answer is None else proposal_from(answer)


def proposal_from(answer: Any) -> ProposedShares:
    """Return the proposal that an answer of the worker holds."""
    unlimited = answer["without_limit"]
    return ProposedShares(_shares(answer["shares"]), unlimited and _shares(unlimited))


@calculator(KIND)
def propose(question: Any, report: StepReport) -> dict[str, Any]:
    """Answer what `ask_for_proposal` asks."""
    work = Work(
        wanted=dict(question["wanted"]),
        loads=dict(question["loads"]),
        barred=[(application, reviewer) for application, reviewer in question["barred"]],
        points={(application, reviewer): points for application, reviewer, points in question["points"]},
    )
    shares, unlimited = distribute(work, most=question["most"]), None
    if question["most"] is not None and shares.missing:
        report(1, 2)
        free = distribute(work)
        unlimited = free if len(free.pairs) > len(shares.pairs) else None
    return {"shares": _told(shares), "without_limit": unlimited and _told(unlimited)}


def _question(work: Work, most: int | None) -> dict[str, Any]:
    return {
        "wanted": sorted(work.wanted.items()),
        "loads": sorted(work.loads.items()),
        "barred": sorted(work.barred),
        "points": sorted((*pair, points) for pair, points in work.points.items()),
        "most": most,
    }


def _told(shares: Shares) -> dict[str, Any]:
    return {"pairs": shares.pairs, "missing": sorted(shares.missing.items()), "most": shares.most}


def _shares(told: dict[str, Any]) -> Shares:
    pairs = tuple((application, reviewer) for application, reviewer in told["pairs"])
    return Shares(pairs, dict(told["missing"]), told["most"])


def distribute(work: Work, *, most: int | None = None) -> Shares:
    """Return the shares that leave the fewest reviews without a reviewer.

    Among those, the highest load is as low and then the lowest load as high as can be, and then the sum
    of the points is greatest. The answer depends on nothing but the arguments.

    Args:
        work: what is to be shared out.
        most: the highest load that a reviewer may have, loads of before included; None: any.

    Source: minimum-cost flow, `engine.assignment.assignment`. Cover and points never compete: an empty
    place costs more than all points together.
    """
    rows = sorted(application for application, count in work.wanted.items() if count > 0)
    if not rows or not work.loads:
        return Shares((), {row: work.wanted[row] for row in rows}, max(work.loads.values(), default=0))
    table = _Table(work, rows)
    limit = table.highest_load if most is None else most
    best = table.solve(0, limit)
    covered = len(best)

    def is_covered(least: int, cap: int) -> bool:
        return table.room(cap) >= covered and len(table.solve(least, cap)) == covered

    cap = _lowest(lambda load: is_covered(0, load), 0, limit)
    least = cap - _lowest(lambda below: is_covered(cap - below, cap), 0, cap)
    pairs = table.solve(least, cap)
    given = Counter(application for application, _reviewer in pairs)
    missing = {row: work.wanted[row] - given[row] for row in rows}
    return Shares(pairs, {row: count for row, count in missing.items() if count}, cap)


def _lowest(is_enough: Callable[[int], bool], low: int, high: int) -> int:
    """Return the lowest whole number that is enough, by bisection; `high` is."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return high


class _Table:
    """The work as the engine's matrix: a column for each reviewer, then the empty places."""

    def __init__(self, work: Work, rows: list[int]) -> None:
        self.work, self.rows, self.reviewers = work, rows, sorted(work.loads)
        self.demands = [work.wanted[row] for row in rows]
        barred = set(work.barred)
        self.forbidden = [
            [i, j]
            for i, row in enumerate(rows)
            for j, reviewer in enumerate(self.reviewers)
            if (row, reviewer) in barred
        ]
        # As many as are open to a reviewer; a lower bound on the load beyond it asks for the impossible.
        self.open_to = [len(rows) - sum(place == j for _i, place in self.forbidden) for j in self._columns]
        empty = self._prices_of_empty_places()
        self.scores = [[work.points.get((row, r), 0) for r in self.reviewers] + empty for row in rows]

    @property
    def highest_load(self) -> int:
        return max(self.work.loads.values()) + len(self.rows)

    def room(self, cap: int) -> int:
        return sum(self._free(j, cap) for j in self._columns)

    def solve(self, least: int, cap: int) -> tuple[Pair, ...]:
        """Return the best pairs with every load from `least` to `cap`; none if that cannot be."""
        room = [self._free(j, cap) for j in self._columns]
        floor = [min(self._free(j, least), self.open_to[j], room[j]) for j in self._columns]
        empty = max(self.demands)
        problem = {
            "version": 1,
            "scores": self.scores,
            "demands": self.demands,
            "loads_min": floor + [0] * empty,
            "loads_max": room + [len(self.rows)] * empty,
            "forbidden": self.forbidden,
            "objective": "sum",
        }
        try:
            found = known_as(engine.solve_assignment(problem)["assignment"], list)
        except engine.ProblemError:
            return ()
        people = len(self.reviewers)
        return tuple(
            (row, self.reviewers[j])
            for row, places in zip(self.rows, found, strict=True)
            for j in sorted(places)
            if j < people
        )

    @property
    def _columns(self) -> range:
        return range(len(self.reviewers))

    def _free(self, column: int, load: int) -> int:
        return max(0, load - self.work.loads[self.reviewers[column]])

    def _prices_of_empty_places(self) -> list[int]:
        dearest = max(self.work.points.values(), default=0) * sum(self.demands) + 1
        return [-dearest * (place + 1) for place in range(max(self.demands))]
