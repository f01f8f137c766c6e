"""Fewer candidates where all of them would make too many teams: the best for each thing that counts.

An answer from fewer candidates keeps every rule, but is not proven best; the bound comes from all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.engine.criteria import Ints, RegionCriteria

TEAMS = 150_000_000  # of all regions together: two bytes each while they are searched
FEWEST = 30  # candidates of a region that are always kept


def candidates_allowed(regions: int) -> int:
    """Return how many candidates a region may keep so that all teams fit; n of them make up to n³/2."""
    return max(FEWEST, round(math.cbrt(2 * TEAMS / max(1, regions))))


def thinned(criteria: RegionCriteria, most: int) -> RegionCriteria:
    """Return the criteria with at most about ``most`` candidates; pinned and former members always stay."""
    if len(criteria.candidates) <= most:
        return criteria
    former = np.isin(criteria.candidates, [expert for expert, _ in criteria.previous])
    kept = set(np.flatnonzero(criteria.pinned | former).tolist())
    total = criteria.points.sum(axis=1, dtype=np.int64) + criteria.lead_points
    columns = [criteria.points[:, column].astype(np.int64) for column in range(criteria.points.shape[1])]
    columns += [total, criteria.lead_points, total * criteria.allowed[0]]
    orders = [np.lexsort((-total, -column)) for column in columns]
    for rank in range(len(total)):
        kept.update(int(order[rank]) for order in orders)
        if len(kept) >= most:
            break
    keep = np.array(sorted(kept), dtype=np.int64)
    return replace(
        criteria,
        candidates=criteria.candidates[keep],
        points=criteria.points[keep],
        gates=criteria.gates[keep],
        lead_points=criteria.lead_points[keep],
        support_cost=criteria.support_cost[keep],
        allowed=criteria.allowed[:, keep],
        pinned=criteria.pinned[keep],
    )


def highest_score(criteria: RegionCriteria) -> int:
    """Return a score that no team of a region can exceed, -1 if nobody could lead one."""
    leads: Ints = np.flatnonzero(criteria.allowed[[0, 1, 3]].any(axis=0))
    if not len(leads) or np.bitwise_or.reduce(criteria.gates) != criteria.all_gates:
        return -1
    return int(criteria.points.max(axis=0).sum()) + int(criteria.lead_points[leads].max())


def is_any_thinned(criteria: Sequence[RegionCriteria], most: int) -> bool:
    return any(len(region.candidates) > most for region in criteria)
