"""Fewer candidates where all of them would make too many teams: those that no three others can replace.

Whoever is left out can be replaced by somebody who brings as much, or less by no more than they cost less; of
three such people, one is not in the team yet. So no team outside is worth more than the best one inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.problem.criteria import SLOTS, Flags, Ints, RegionCriteria
from engine.problem.problem import LEAD, SUPPORT

TEAMS = 150_000_000  # of all regions together: two bytes each while they are searched
KEPT = 40  # candidates of a region, where not all can be
REPLACEMENTS = 3  # one more than the other members of the largest team
SAMPLES = (12, 96)  # likely replacements with whom whoever is left is compared, before all with all
NEVER = 10**15
PRICELESS = 10**12  # more than any cost
POINT = 1000  # costs are thousandths of a point


def is_too_large(criteria: Sequence[RegionCriteria]) -> bool:
    """Return whether the teams of all candidates would not fit; n of them make up to n³/2."""
    return sum(len(region.candidates) ** 3 for region in criteria) > 2 * TEAMS


def thinned(criteria: RegionCriteria) -> RegionCriteria:
    """Return the criteria with about ``KEPT`` candidates; pinned and former members always stay."""
    if len(criteria.candidates) <= KEPT:
        return criteria
    kept = irreplaceable(criteria)
    total = _total(kept)
    columns = [kept.points[:, column].astype(np.int64) for column in range(kept.points.shape[1])]
    columns += [total, kept.lead_points, total * kept.allowed[0]]
    orders = [np.lexsort((-total, -column)) for column in columns]
    chosen = set(np.flatnonzero(_fixed(kept)).tolist())
    for rank in range(len(total)):
        if len(chosen) >= KEPT:
            break
        chosen.update(int(order[rank]) for order in orders)
    flags = np.zeros(len(total), dtype=np.bool_)
    flags[list(chosen)] = True
    return _restricted(kept, kept.allowed & flags)


def only(criteria: RegionCriteria, experts: Ints) -> RegionCriteria:
    """Return the criteria of these of the candidates, by expert index."""
    return _restricted(criteria, criteria.allowed & np.isin(criteria.candidates, experts))


def irreplaceable(
    criteria: RegionCriteria, costs: Ints | None = None, *, is_floored: bool = False, slack: int = 0
) -> RegionCriteria:
    """Return the criteria of those whom no three others can replace in a role; nothing better is lost.

    Args:
        costs: thousandths of a point that each candidate costs in each slot, shape (5, candidates).
        is_floored: whether no replacement may bring less, however cheap, since a lower score may not do.
        slack: thousandths of a point that a replacement may fall short, for fewer candidates.
    """
    if costs is None:
        costs = np.zeros(criteria.allowed.shape, dtype=np.int64)
    allowed = criteria.allowed.copy()
    for role, extra in ((LEAD, criteria.lead_points), (SUPPORT, -criteria.support_cost)):
        slots = np.array([slot for slot, (_, of) in enumerate(SLOTS) if of == role])
        people = np.flatnonzero(allowed[slots].any(axis=0))
        merits = np.column_stack([criteria.points[people], extra[people]]).astype(np.int64)
        merits *= PRICELESS if is_floored else POINT
        crowd = _Crowd(merits, criteria.gates[people], allowed[slots][:, people], costs[slots][:, people])
        replaceable = people[crowd.replaceable(slack) & ~_fixed(criteria)[people]]
        allowed[np.ix_(slots, replaceable)] = False
    return _restricted(criteria, allowed)


class _Crowd:
    """Candidates for one role.

    Attributes:
        merits: thousandths of a point per criterion and in the role, shape (n, criteria + 1).
        gates: rules met, as bits, shape (n,).
        allowed, costs: per slot of the role, shape (slots, n).
    """

    def __init__(self, merits: Ints, gates: Ints, allowed: Flags, costs: Ints) -> None:
        bits = allowed.astype(np.int64) << np.arange(len(allowed))[:, None]
        self.merits = merits
        self.gates = (gates << len(allowed)) | bits.sum(axis=0)
        self.costs = costs
        # Most replaced others stand first, so that a sample finds most of the replacements.
        self.order = np.argsort(costs.min(axis=0) - merits.sum(axis=1), kind="stable")

    def replaceable(self, slack: int) -> Flags:
        found: Flags = np.zeros(len(self.gates), dtype=np.bool_)
        for size in SAMPLES:
            left = np.flatnonzero(~found)
            found[left] = (self._can_replace(left, self.order[:size]) < 0).sum(axis=1) >= REPLACEMENTS
        left = np.flatnonzero(~found)
        found[left] = (self._can_replace(left, left) < 0).sum(axis=1) >= REPLACEMENTS
        if slack:
            found |= self._nearly(self.order[~found[self.order]], slack)
        return found

    def _nearly(self, people: Ints, slack: int) -> Flags:
        """Return whom three of those before, who stay, can replace but for the slack.

        Only those who stay count, so that what one replacement lacks is not added to what the next lacks.
        """
        near = self._can_replace(people, people) <= slack
        stays = np.zeros(len(people), dtype=np.bool_)
        for place in range(len(people)):
            stays[place] = (near[place] & stays).sum() < REPLACEMENTS
        found: Flags = np.zeros(len(self.gates), dtype=np.bool_)
        found[people[~stays]] = True
        return found

    def _can_replace(self, people: Ints, others: Ints) -> Ints:
        """Return by how much (thousandths of a point) each of the others falls short of each person.

        Below 0 if they do not; of two equals only the one who comes first does not. Shape (people, others).
        """
        short = np.full((len(people), len(others)), -NEVER, dtype=np.int64)
        for cost in self.costs:
            np.maximum(short, np.subtract.outer(-cost[people], -cost[others]), out=short)
        differs = self.gates[people][:, None] != self.gates[others][None, :]
        for merit in self.merits.T:
            gain = np.subtract.outer(merit[people], merit[others])
            differs |= gain != 0
            short += np.maximum(gain, 0)
        first = np.less.outer(others, people).T
        short[(short == 0) & (differs | first)] = -1
        short[(self.gates[people][:, None] & ~self.gates[others][None, :]) != 0] = NEVER
        return short


def _fixed(criteria: RegionCriteria) -> Flags:
    former = np.isin(criteria.candidates, [expert for expert, _ in criteria.previous])
    fixed: Flags = criteria.pinned | former
    return fixed


def _total(criteria: RegionCriteria) -> Ints:
    total: Ints = criteria.points.sum(axis=1, dtype=np.int64) + criteria.lead_points
    return total


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


def highest_score(criteria: RegionCriteria) -> int:
    """Return a score that no team of a region can exceed, -1 if nobody could lead one."""
    leads: Ints = np.flatnonzero(criteria.allowed[[0, 1, 3]].any(axis=0))
    if not len(leads) or np.bitwise_or.reduce(criteria.gates) != criteria.all_gates:
        return -1
    return int(criteria.points.max(axis=0).sum()) + int(criteria.lead_points[leads].max())
