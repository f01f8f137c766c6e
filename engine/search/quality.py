"""The second objective: the greatest sum of scores, once fairness is settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.problem.criteria import Ints
from engine.problem.weights import BAND, TOP_BAND, band
from engine.search.branching import CLEAR
from engine.search.fairness import Fairness, limits
from engine.search.pricing import SCORE_LIMIT, Goal
from engine.search.search import Search, Whole


def score_worth() -> Ints:
    """Return the worth of a score when the sum of scores counts; no team counts 0."""
    worth = np.arange(SCORE_LIMIT + 1, dtype=np.int64)
    worth[-1] = 0
    return worth


def any_sum(search: Search, change_cost: int) -> Goal:
    """Return the goal of the greatest sum, however unfair: its bound holds for every answer."""
    return Goal(score_worth(), search.floors([-1] * len(search.tables)), change_cost=change_cost)


def every_region_at_its_best(search: Search, change_cost: int) -> Whole | None:
    """Return the best sum with every region in the band it could reach alone, or None if impossible.

    Where it is possible, fairness needs no further proof: no answer can be fairer.
    """
    ideal = [band(table.best) for table in search.tables]
    floors = tuple(-1 if best < 0 else best * BAND for best in ideal)
    goal = Goal(score_worth(), search.floors(floors), change_cost=change_cost)
    relaxed = search.relaxation.solve(goal, "sum")
    if not relaxed.answer or relaxed.left_out > CLEAR:
        search.save(relaxed)
        return None
    whole = search.whole(relaxed, "sum")
    return None if whole.teams is None else whole


def greatest_sum(search: Search, fairness: Fairness, change_cost: int) -> Whole:
    """Return the best sum among the answers of the settled fairness, which the best one so far has."""
    ideal = [band(table.best) for table in search.tables]
    alone = [sum(best < level for best in ideal) for level in range(TOP_BAND + 1)]
    floors, bands = limits(ideal, alone, list(fairness.counts))
    goal = Goal(score_worth(), search.floors(floors), bands, change_cost)
    known = search.incumbent.teams
    beat = sum(goal.value(team) for team in known)
    whole = search.whole(search.relaxation.solve(goal, "sum"), "sum", beat=beat)
    return whole if whole.teams is not None else replace(whole, teams=known)
