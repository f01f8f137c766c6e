"""Where all teams of a region would not fit into memory: only those are laid out that can be worth enough.

What a lead and a support can be worth together, at most, is known without laying out their teams: of every
criterion the best of the two counts, or whoever is best of all for a third place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from engine.problem import weights
from engine.problem.criteria import Flags, Ints, RegionCriteria
from engine.problem.problem import TEAM_LIMIT
from engine.problem.slots import LEAD_SLOT, SUPPORT_SLOT
from engine.search.teams import TeamTable, Unlike, team_table

TEAMS = 150_000_000  # of all regions together: two bytes each while they are searched
KEPT = 40  # candidates of a region whose teams are always laid out, to find good ones quickly
SCORES = 1102  # above any score
ROUNDS = 2  # whoever is left out may have been the best for a third place


def is_too_large(criteria: Iterable[RegionCriteria]) -> bool:
    """Return whether the teams of all candidates would not fit; n of them make up to n³/2."""
    return sum(len(region.candidates) ** 3 for region in criteria) > 2 * TEAMS


def wide_table(criteria: RegionCriteria, others: tuple[Unlike, ...] = ()) -> TeamTable:
    """Return a table that lays out the teams of likely candidates, and finds all others when asked."""
    if len(criteria.candidates) <= KEPT:
        return team_table(criteria).unlike(*others)
    likely = team_table(_likely(criteria, ())).unlike(*others)
    worth = np.arange(SCORES, dtype=np.int64)
    free = np.zeros(criteria.allowed.shape, dtype=np.int64)
    better = team_table(narrowed(criteria, worth, free, likely.best)).unlike(*others)
    members = [member for team in better.best_teams(1) for member in team.members]
    if better.best > likely.best:
        likely = team_table(_likely(criteria, members)).unlike(*others)
    return replace(likely, everyone=criteria)


def without(table: TeamTable, expert: int) -> TeamTable:
    """Return the teams that do not have an expert."""
    if table.everyone is None:
        return table.without(expert)
    others = table.everyone.candidates != expert
    return wide_table(_restricted(table.everyone, table.everyone.allowed & others), table.others)


def unlike(table: TeamTable, other: Unlike) -> TeamTable:
    """Return the teams that are as different from another as asked."""
    if table.everyone is None:
        return table.unlike(other)
    return wide_table(table.everyone, (*table.others, other))


def any_table(criteria: RegionCriteria) -> TeamTable:
    return wide_table(criteria) if is_too_large([criteria] * 10) else team_table(criteria)


def narrowed(criteria: RegionCriteria, most: Ints, costs: Ints, above: int) -> RegionCriteria:
    """Return the criteria of those who can be in a team that is worth more than ``above``.

    Args:
        most: value that no lower score exceeds, indexed by score.
        costs: what each candidate costs in each slot, at least 0, shape (5, candidates).
    """
    allowed = criteria.allowed.copy()
    for size in range(1, TEAM_LIMIT + 1):
        _narrow(criteria, allowed, size, most, costs, above)
    return _restricted(criteria, allowed)


def _narrow(criteria: RegionCriteria, allowed: Flags, size: int, most: Ints, costs: Ints, above: int) -> None:
    """Close the slots of a team size to those who can be in no team worth enough."""
    lead_slot, support_slot = LEAD_SLOT[size], SUPPORT_SLOT.get(size)
    if support_slot is None:
        score = criteria.points.sum(axis=1, dtype=np.int64) + criteria.lead_points
        allowed[lead_slot] &= _worth(most, score) - costs[lead_slot] > above
        return
    for _ in range(ROUNDS):
        leads, supports = np.flatnonzero(allowed[lead_slot]), np.flatnonzero(allowed[support_slot])
        if not len(leads) or len(supports) < size - 1:
            allowed[[lead_slot, support_slot]] = False
            return
        third = criteria.points[supports].max(axis=0) if size == TEAM_LIMIT else None
        score = np.subtract.outer(criteria.lead_points[leads], criteria.support_cost[supports])
        score -= weights.FURTHER_MEMBER * (size - 1)
        for column, points in enumerate(criteria.points.T):
            best = np.maximum.outer(points[leads], points[supports])
            score += best if third is None else np.maximum(best, third[column])
        value = _worth(most, score)
        value -= np.add.outer(costs[lead_slot][leads], costs[support_slot][supports])
        enough = value > above
        allowed[lead_slot, leads[~enough.any(axis=1)]] = False
        allowed[support_slot, supports[~enough.any(axis=0)]] = False


def _worth(most: Ints, score: Ints) -> Ints:
    worth: Ints = most[np.clip(score, 0, len(most) - 1)]
    return worth


def _likely(criteria: RegionCriteria, members: Iterable[int]) -> RegionCriteria:
    """Return the criteria of about ``KEPT`` candidates, the best of each criterion; some always stay."""
    total = criteria.points.sum(axis=1, dtype=np.int64) + criteria.lead_points
    columns = [*criteria.points.T.astype(np.int64), total, criteria.lead_points, total * criteria.allowed[0]]
    orders = [np.lexsort((-total, -column)) for column in columns]
    former = [*members, *(expert for expert, _ in criteria.previous)]
    flags = criteria.pinned | np.isin(criteria.candidates, former)
    for rank in range(len(total)):
        if flags.sum() >= KEPT:
            break
        flags[[order[rank] for order in orders]] = True
    return _restricted(criteria, criteria.allowed & flags)


def _restricted(criteria: RegionCriteria, allowed: Flags) -> RegionCriteria:
    """Return the criteria of whoever still has a slot."""
    keep = np.flatnonzero(allowed.any(axis=0))
    return replace(
        criteria,
        candidates=criteria.candidates[keep],
        points=criteria.points[keep],
        gates=criteria.gates[keep],
        lead_points=criteria.lead_points[keep],
        support_cost=criteria.support_cost[keep],
        allowed=allowed[:, keep],
        pinned=criteria.pinned[keep],
    )
