"""The first objective: as many regions as possible served, then the worst-served lifted, then the next.

The sorted bands are lexicographically greatest when the numbers of regions below band 0, below band 1
and so on up to 80 are lexicographically least. Each number is settled in turn; most settle themselves,
because the best answer so far already reaches what each region could reach alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from engine.problem.criteria import Ints
from engine.problem.weights import BAND, TOP_BAND, band
from engine.search.cuts import served_row
from engine.search.incumbent import counts_below
from engine.search.pricing import SCALE, SCORE_LIMIT, BandRow, Goal
from engine.search.search import Search
from engine.search.serving import ServingModel

EASY_CASES = 8  # of the relaxation; with more, it is faster to ask who can be served without any scores
PENALTY_SPREAD = 4  # how far a region below the band outweighs all that follows


@dataclass(frozen=True)
class Fairness:
    """Counts of regions below each band, as settled.

    Attributes:
        counts: for the bands 0, 1, ... as far as settled, at most 81.
        proven: whether no answer has lexicographically smaller counts.
        served_bound: at most so many regions can be served.
    """

    counts: tuple[int, ...]
    proven: bool
    served_bound: int


def settle(search: Search) -> Fairness:
    """Settle the counts below every band; the incumbent of the search then reaches them."""
    ideal = [band(table.best) for table in search.tables]
    alone = [sum(best < level for best in ideal) for level in range(TOP_BAND + 1)]
    counts: list[int] = []
    proven = True
    served_bound = len(ideal) - alone[0]
    for level in range(TOP_BAND + 1):
        least = max(alone[level], counts[-1] if counts else 0)
        if counts_below(search.incumbent.teams)[level] > least and not search.budget.is_over():
            search.budget.tell("fairness", level / TOP_BAND)
            least = max(least, _fewest_below(search, level, ideal, alone, counts))
        if level == 0:
            served_bound = len(ideal) - least
            if search.instance.problem.programme.binds_the_whole:
                # The relaxation would serve a part of one region more, with what half-days are left.
                search.relaxation.keep([served_row(search.calendar, served_bound)])
        reached = counts_below(search.incumbent.teams)[level]
        proven &= reached == least
        counts.append(reached)
    return Fairness(tuple(counts), proven, served_bound)


def _fewest_without(search: Search) -> int:
    """Return a proven lower bound on the regions without a team; a better answer becomes the incumbent."""
    served = ServingModel(search.calendar, search.demanded).solve(search.budget, search.threads)
    if served is None:
        return 0
    search.take(served.teams)
    search.learn(served.teams)
    return len(search.tables) - served.bound


def _fewest_below(search: Search, level: int, ideal: list[int], alone: list[int], counts: list[int]) -> int:
    """Return a proven lower bound on the regions below a level; a better answer becomes the incumbent."""
    floors, bands = limits(ideal, alone, counts)
    worth, penalty = _worth(level, len(ideal))
    goal = Goal(worth, search.floors(floors), bands, pivot=level * BAND)
    relaxed = search.relaxation.solve(goal, "fairness")
    known = -penalty * counts_below(search.incumbent.teams)[level]
    whole = search.whole(
        relaxed, "fairness", unit=penalty, beat=known, most_cases=inf if level else EASY_CASES
    )
    if not level and not whole.proven:
        least = _fewest_without(search)
        if counts_below(search.incumbent.teams)[0] <= least or search.budget.is_over():
            return least
        known = -penalty * counts_below(search.incumbent.teams)[0]
        whole = search.whole(relaxed, "fairness", unit=penalty, beat=known)
    if whole.proven and whole.value is not None:
        return -(whole.value // penalty)
    return max(0, -max(leaf.bound // SCALE // penalty for leaf in whole.leaves))


def limits(
    ideal: list[int], alone: list[int], counts: list[int]
) -> tuple[tuple[int, ...], tuple[BandRow, ...]]:
    """Return settled counts as floors per region, where these say it all, and as rows where they do not.

    If no more regions lie below a level than could not reach it alone, then all that could do reach it.
    """
    tight = [level for level, count in enumerate(counts) if count == alone[level]]
    reached = [max((level for level in tight if level <= best), default=-1) for best in ideal]
    floors = tuple(level * BAND if level >= 0 else -1 for level in reached)
    last = len(counts) - 1
    rows = tuple(
        BandRow(level * BAND, count)
        for level, count in enumerate(counts)
        if level not in tight and (level == last or counts[level + 1] > count)
    )
    return floors, rows


def _worth(level: int, regions: int) -> tuple[Ints, int]:
    """Return the worth of every score when regions below a level are to be few, and the penalty for each.

    What is left of the worth prefers higher bands, the low ones most, so that one answer tends to
    settle the levels that follow.
    """
    score = np.arange(SCORE_LIMIT + 1, dtype=np.int64)
    missing = TOP_BAND - np.minimum(score // BAND, TOP_BAND)
    worth = score // 8 + (TOP_BAND**2 - missing**2) // 4
    worth[-1] = 0
    penalty = PENALTY_SPREAD * int(worth.max()) * max(1, regions)
    worth[: level * BAND] -= penalty
    worth[-1] -= penalty
    return worth, penalty
