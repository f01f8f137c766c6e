"""Why an expert is not in a region's team, and what choosing them would cost the region and the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.problem.criteria import SLOTS, Instance
from engine.problem.problem import LEAD, ROLES, SUPPORT, Pin, Problem, ProblemError
from engine.problem.result import Fact, Result
from engine.problem.rules import member_facts
from engine.search.teams import Team, TeamTable, team_table


@dataclass(frozen=True, slots=True)
class Cost:
    """How the whole changes when the expert must serve the region; positive numbers are losses.

    Attributes:
        served: regions served now but not then.
        fairness: (now, then) at the first place where the sorted bands differ, or None.
        sum: points of the whole.
        regions: ids of the regions whose team would be another, the asked one included.
        proven: whether the answer with the expert is optimal, so that no smaller cost exists.
    """

    served: int
    fairness: tuple[int, int] | None
    sum: int
    regions: tuple[str, ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why not this expert in this region.

    Attributes:
        in_team: the expert is in the team already; nothing else is then said.
        reasons: facts by kind, told in docs/matching.md.
        region_cost: points that the region loses with the best team around the expert, time elsewhere
            ignored; below 0 if it would gain; None if no such team exists or the region has none now.
        whole: what the whole loses; None if the expert cannot serve the region at all.
        team: the region's best team around the expert, as (expert id, role), lead first.
    """

    region: str
    expert: str
    in_team: bool
    reasons: tuple[Fact, ...]
    region_cost: int | None = None
    whole: Cost | None = None
    team: tuple[tuple[str, str], ...] = ()

    @property
    def is_possible(self) -> bool:
        return self.whole is not None

    def to_json(self) -> dict[str, object]:
        whole = self.whole
        return {
            "region": self.region,
            "expert": self.expert,
            "in_team": self.in_team,
            "reasons": [dict(fact) for fact in self.reasons],
            "region_cost": self.region_cost,
            "whole_cost": whole
            and {
                "served": whole.served,
                "fairness": whole.fairness and list(whole.fairness),
                "sum": whole.sum,
                "regions": list(whole.regions),
                "proven": whole.proven,
            },
            "team": [{"expert": expert, "role": role} for expert, role in self.team],
        }


def why_not(
    problem: Problem, region_id: str, expert_id: str, result: Result, *, solve: Callable[[Problem], Result]
) -> Explanation:
    """Explain why an expert is not in a region's team.

    Args:
        result: the answer to the problem.
        solve: how to answer the problem with the expert pinned; it takes about as long as the first time.

    Raises:
        ProblemError: the region or the expert is unknown.
    """
    regions, experts = problem.region_index(), problem.expert_index()
    if region_id not in regions:
        raise ProblemError("$.region", f"expected the id of one of the regions, {region_id!r} is unknown")
    if expert_id not in experts:
        raise ProblemError("$.expert", f"expected the id of one of the experts, {expert_id!r} is unknown")
    if expert_id in {member.expert for member in result.team(region_id)}:
        return Explanation(region_id, expert_id, True, ())
    instance = Instance(problem)
    table = team_table(instance.criteria(regions[region_id]))
    best = _best_with(table, experts[expert_id])
    if best is None:
        return Explanation(region_id, expert_id, False, _bars(instance, table, experts[expert_id]))
    now = next(region.score for region in result.regions if region.id == region_id)
    region_cost = now - best.score if now >= 0 else None
    cost = _cost_of_pin(problem, region_id, expert_id, result, solve)
    reasons = list(_reasons(result, expert_id, region_id, region_cost, cost))
    names = tuple(
        (problem.experts[member].id, SUPPORT if place else LEAD) for place, member in enumerate(best.members)
    )
    return Explanation(region_id, expert_id, False, tuple(reasons), region_cost, cost, names)


def _best_with(table: TeamTable, expert: int) -> Team | None:
    """Return the region's best team that has the expert, as if everyone's time were still free."""
    best: Team | None = None
    for block in table.blocks:
        scores = np.where(table.holds(block, expert), block.scores, -1)
        if scores.max() > (best.score if best else -1):
            best = table.team(block, int(scores.argmax()))
    return best


def _bars(instance: Instance, table: TeamTable, expert: int) -> tuple[Fact, ...]:
    """Return what keeps an expert out of every slot, or that no team around them is whole."""
    region = table.criteria.region
    by_role: dict[str, list[Fact]] = {}
    for role in ROLES:
        sizes = [size for size, slot_role in SLOTS if slot_role == role and size <= region.team_max]
        # The share is smallest in the largest team: what bars there bars everywhere.
        by_role[role] = member_facts(instance, region, expert, role, max(sizes)) if sizes else []
    if any(not facts for facts in by_role.values()):
        return ({"kind": "no_team_around"},)
    common = [fact for fact in by_role[LEAD] if fact in by_role[SUPPORT]]
    single = [{**fact, "as_role": role} for role in ROLES for fact in by_role[role] if fact not in common]
    return tuple(common or single)


def _cost_of_pin(
    problem: Problem, region_id: str, expert_id: str, result: Result, solve: Callable[[Problem], Result]
) -> Cost:
    pins = [pin for pin in problem.pinned if (pin.region, pin.expert) != (region_id, expert_id)]
    then = solve(replace(problem, pinned=(*pins, Pin(region_id, expert_id))))
    before, after = _bands(result), _bands(then)
    first = next(((old, new) for old, new in zip(before, after, strict=True) if old != new), None)
    changed = [
        old.id
        for old, new in zip(result.regions, then.regions, strict=True)
        if {(member.expert, member.role) for member in old.team}
        != {(member.expert, member.role) for member in new.team}
    ]
    served = sum(band >= 0 for band in before) - sum(band >= 0 for band in after)
    return Cost(
        served, first, _sum(result) - _sum(then), tuple(changed), then.is_optimal and result.is_optimal
    )


def _bands(result: Result) -> list[int]:
    bands = result.objective["fairness"]
    assert isinstance(bands, list)
    return bands


def _sum(result: Result) -> int:
    total = result.objective["sum"]
    assert isinstance(total, int)
    return total


def _reasons(
    result: Result, expert_id: str, region_id: str, region_cost: int | None, cost: Cost
) -> list[Fact]:
    facts: list[Fact] = []
    elsewhere = [
        region.id
        for region in result.regions
        if region.id != region_id and expert_id in {member.expert for member in region.team}
    ]
    if region_cost is not None and region_cost > 0:
        facts.append({"kind": "weaker_team", "points": region_cost})
    if elsewhere:
        facts.append({"kind": "needed_elsewhere", "regions": elsewhere})
    if cost.served > 0:
        facts.append({"kind": "fewer_served", "regions": cost.served})
    elif cost.fairness is not None:
        facts.append({"kind": "less_fair", "now": cost.fairness[0], "then": cost.fairness[1]})
    elif cost.sum > 0:
        facts.append({"kind": "lower_sum", "points": cost.sum})
    elif not facts or region_cost == 0:
        facts.append({"kind": "tie"})
    return facts
