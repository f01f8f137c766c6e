"""Split a goal in two where its relaxation is undecided, so that every answer falls into one of the two."""

from __future__ import annotations

from dataclasses import replace

from engine.search.pricing import Goal
from engine.search.relaxation import Relaxed

CLEAR = 0.02  # a weight this near to 0 or 1 is decided

Key = tuple[int, int]


def split_by_band(case: Relaxed) -> list[Goal]:
    """Return the goal with the least decided region at or above a band, and with it below; or nothing."""
    goal = case.goal
    thresholds = {band.below for band in goal.bands} | ({goal.pivot} if goal.pivot is not None else set())
    loads: dict[Key, float] = {}
    for team, weight in case.answer:
        for below in sorted(thresholds):
            is_open = goal.floors[team.region] < below <= goal.ceilings.get(team.region, below)
            if team.score < below and is_open:
                loads[team.region, below] = loads.get((team.region, below), 0.0) + weight
    undecided = _undecided(loads)
    if undecided is None:
        return []
    region, below = undecided
    floors = (*goal.floors[:region], max(below, goal.floors[region]), *goal.floors[region + 1 :])
    ceiling = min(below - 1, goal.ceilings.get(region, below))
    return [replace(goal, floors=floors), replace(goal, ceilings={**goal.ceilings, region: ceiling})]


def split_by_pair(case: Relaxed) -> list[Goal]:
    """Return the goal with the least decided region and expert together, and with them apart; or nothing."""
    loads: dict[Key, float] = {}
    for team, weight in case.answer:
        for expert in team.members:
            if (team.region, expert) in case.goal.pairs:
                continue
            loads[team.region, expert] = loads.get((team.region, expert), 0.0) + weight
    undecided = _undecided(loads)
    if undecided is None:
        return []
    return [replace(case.goal, pairs={**case.goal.pairs, undecided: together}) for together in (True, False)]


def _undecided(loads: dict[Key, float]) -> Key | None:
    undecided = [(abs(load - 0.5), key) for key, load in loads.items() if CLEAR < load < 1 - CLEAR]
    return min(undecided)[1] if undecided else None
