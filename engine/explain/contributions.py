"""What each member brings: the points of a team, shared out so that they add up to its score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.problem import weights
from engine.problem.criteria import Instance, RegionCriteria, TeamCriterion
from engine.problem.problem import B2, CEFR_NAMES, Expert, Side
from engine.problem.result import Fact


def contributions(
    instance: Instance, criteria: RegionCriteria, members: Sequence[int]
) -> list[tuple[Fact, ...]]:
    """Return the facts of each member of a team, in the order given, the lead first.

    A criterion counts once, for whoever has most of it; among equals for the first in the team, and
    ``shared_with`` then counts the others.

    Args:
        members: expert indices, candidates of the region.
    """
    rows = np.searchsorted(criteria.candidates, members)
    points = criteria.points[rows]
    facts: list[list[Fact]] = [[] for _ in members]
    for column, criterion in enumerate(criteria.criteria):
        best = int(points[:, column].max())
        if best > 0:
            owner = int(points[:, column].argmax())
            expert = instance.problem.experts[members[owner]]
            fact = _fact(criterion, expert, best)
            others = int((points[:, column] == best).sum()) - 1
            facts[owner].append({**fact, "shared_with": others} if others else fact)
    facts[0] += _lead_facts(instance, criteria, members[0], int(criteria.lead_points[rows[0]]))
    for place, row in enumerate(rows[1:], start=1):
        facts[place].append({"kind": "further_member", "points": -weights.FURTHER_MEMBER})
        if criteria.support_cost[row]:
            facts[place].append({"kind": "little_spare_time", "points": -int(criteria.support_cost[row])})
    return [tuple(list_) for list_ in facts]


def _fact(criterion: TeamCriterion, expert: Expert, points: int) -> Fact:
    if criterion.kind == "side" and criterion.side is not None:
        language, step = best_language(expert, criterion.side)
        return {
            "kind": "side",
            "country": criterion.side.country,
            "language": language,
            "level": CEFR_NAMES[step],
            "points": points,
        }
    if criterion.kind == "need" and criterion.need is not None:
        need = criterion.need
        level = expert.areas[need.area]
        return {"kind": "need", "area": need.area, "level": level, "asked": need.level, "points": points}
    if criterion.side is None:
        return {"kind": "wish", "points": points}
    lives_there = expert.country == criterion.side.country
    return {"kind": "neutrality", "country": criterion.side.country, "local": lives_there, "points": points}


def best_language(expert: Expert, side: Side) -> tuple[str, int]:
    """Return the side's language that the expert has at the highest step, the first named among equals."""
    language = max(
        side.languages, key=lambda code: (expert.languages.get(code, 0), -side.languages.index(code))
    )
    return language, expert.languages.get(language, 0)


def _lead_facts(instance: Instance, criteria: RegionCriteria, lead: int, points: int) -> list[Fact]:
    expert = instance.problem.experts[lead]
    sides = sum(best_language(expert, side)[1] >= B2 for side in criteria.region.sides)
    bridge = weights.BRIDGE if sides >= weights.BRIDGE_SIDES else 0
    facts: list[Fact] = []
    if bridge:
        facts.append({"kind": "bridge", "sides": sides, "points": bridge})
    if points > bridge:
        facts.append({"kind": "headroom", "points": points - bridge})
    return facts
