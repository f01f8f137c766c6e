"""Why an expert is not in a region's team, and what choosing them would cost the region and the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.budget import Budget, Stop
from engine.explain.diagnosis import best_team, lacking, rule_fact
from engine.problem.criteria import Instance
from engine.problem.problem import LEAD, ROLES, SUPPORT, Pin, Problem, ProblemError
from engine.problem.programme import OF_THE_WHOLE
from engine.problem.result import Fact, Result
from engine.problem.rules import member_facts
from engine.problem.slots import SLOTS
from engine.problem.weights import BAND
from engine.search.calendar import Calendar
from engine.search.incumbent import fairness, score_sum
from engine.search.serving import is_servable
from engine.search.solver import Layout, run
from engine.search.teams import Team


@dataclass(frozen=True, slots=True)
class Cost:
    """How the whole changes when the region must be served with the expert; positive numbers are losses.

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

    def to_json(self) -> Fact:
        return {
            "served": self.served,
            "fairness": self.fairness and list(self.fairness),
            "sum": self.sum,
            "regions": list(self.regions),
            "proven": self.proven,
        }


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
        pin_holds: whether a pin is enough for the region to be served with the expert; it binds only where
            the region is served, and the best answer may rather leave it without a team.
    """

    region: str
    expert: str
    in_team: bool
    reasons: tuple[Fact, ...]
    region_cost: int | None = None
    whole: Cost | None = None
    team: tuple[tuple[str, str], ...] = ()
    pin_holds: bool = False

    @property
    def is_possible(self) -> bool:
        return self.whole is not None

    def to_json(self) -> dict[str, object]:
        return {
            "region": self.region,
            "expert": self.expert,
            "in_team": self.in_team,
            "reasons": [dict(fact) for fact in self.reasons],
            "region_cost": self.region_cost,
            "whole_cost": self.whole and self.whole.to_json(),
            "team": [{"expert": expert, "role": role} for expert, role in self.team],
            "pin_holds": self.pin_holds,
        }


def why_not(problem: Problem, region_id: str, expert_id: str, result: Result) -> Explanation:
    """Explain why an expert is not in a region's team, and what it costs to serve the region with them.

    Args:
        problem: the problem that ``result`` answers; the best answer in which the region is served with the
            expert takes about as long to find, under the same time limit.

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
    index, expert = regions[region_id], experts[expert_id]
    pinned = with_pins(problem, region_id, {expert_id: None})
    best = best_team(Instance(pinned), index)
    if best is None:
        return Explanation(region_id, expert_id, False, _bars(problem, pinned, index, expert))
    now = next(region.score for region in result.regions if region.id == region_id)
    region_cost = now - best.score if now >= 0 else None
    priced = cost_of(pinned, index, result)
    if priced is None:
        lacking_room: Fact = {"kind": "no_team_around", "missing": _refusing_rules(pinned, index)}
        return Explanation(region_id, expert_id, False, (lacking_room,))
    cost, holds, _ = priced
    reasons = tuple(_reasons(result, expert_id, region_id, region_cost, cost))
    return Explanation(region_id, expert_id, False, reasons, region_cost, cost, cast_of(problem, best), holds)


def with_pins(problem: Problem, region_id: str, cast: Mapping[str, str | None]) -> Problem:
    """Return the problem with experts pinned to a region, in a role or in any; pins that stand are kept."""
    standing = {pin.expert for pin in problem.pinned if pin.region == region_id}
    fresh = (Pin(region_id, expert, role) for expert, role in cast.items() if expert not in standing)
    return replace(problem, pinned=(*problem.pinned, *fresh))


def cast_of(problem: Problem, team: Team) -> tuple[tuple[str, str], ...]:
    """Return a team as (expert id, role), lead first."""
    return tuple(
        (problem.experts[member].id, SUPPORT if place else LEAD) for place, member in enumerate(team.members)
    )


def cost_of(
    changed: Problem,
    index: int,
    result: Result,
    layout: Layout | None = None,
    *,
    should_stop: Stop | None = None,
) -> tuple[Cost, bool, tuple[Team, ...]] | None:
    """Return what it costs against a result to serve a region under what was changed, such as a pin.

    The second value says whether the best answer under the change serves the region by itself, the third is
    the answer; None if the region can have no team, or none that the rules of the programme allow.

    Args:
        layout: of the changed problem.
    """
    layout = layout or Layout.of(changed)
    if layout.tables[index].best < 0:
        return None
    search, outcome = run(changed, layout=layout, should_stop=should_stop)
    holds = bool(search.incumbent.teams[index].members)
    if (
        not holds
        and changed.programme.binds_the_whole
        and not is_servable(layout.calendar, index, search.budget)
    ):
        return None
    if not holds:
        layout = layout.after(search)
        search, outcome = run(changed, layout=layout, should_stop=should_stop, demanded=index)
    then = search.incumbent.teams
    return loss(changed, result, then, is_proven=outcome.is_optimal and result.is_optimal), holds, then


def loss(changed: Problem, result: Result, then: Sequence[Team], *, is_proven: bool) -> Cost:
    """Return what an answer to a changed problem loses against a result; the regions are the same."""
    pairs = zip(result.bands, (max(-1, level * BAND) for level in fairness(then)), strict=True)
    return Cost(
        sum(level >= 0 for level in result.bands) - sum(bool(team.members) for team in then),
        next((pair for pair in pairs if pair[0] != pair[1]), None),
        result.sum - score_sum(then),
        tuple(
            region.id
            for region, team in zip(result.regions, then, strict=True)
            if set(region.cast) != set(cast_of(changed, team))
        ),
        is_proven,
    )


def _refusing_rules(problem: Problem, index: int) -> list[Fact]:
    """Return the rules each of which keeps a region from being served, or all where it takes more."""
    budget = Budget(problem.parameters.time_limit_s)
    rules = {rule: value for rule, value in problem.programme.asked().items() if rule in OF_THE_WHOLE}
    free = {rule: Calendar(Instance(problem.without_rule(rule))) for rule in rules}
    alone = [rule for rule in rules if is_servable(free[rule], index, budget)]
    return [rule_fact(rule, rules[rule]) for rule in alone or rules]


def _bars(problem: Problem, pinned: Problem, index: int, expert: int) -> tuple[Fact, ...]:
    """Return what keeps an expert out of every slot, or what no team around them would have."""
    instance, region = Instance(problem), problem.regions[index]
    by_role: dict[str, list[Fact]] = {}
    for role in ROLES:
        sizes = [size for size, slot_role in SLOTS if slot_role == role and size <= region.team_max]
        # The share is smallest in the largest team: what bars there bars everywhere.
        by_role[role] = member_facts(instance, region, expert, role, max(sizes)) if sizes else []
        if sizes and not by_role[role]:
            return ({"kind": "no_team_around", "missing": lacking(Instance(pinned), index)},)
    common = [fact for fact in by_role[LEAD] if fact in by_role[SUPPORT]]
    single = [{**fact, "as_role": role} for role in ROLES for fact in by_role[role] if fact not in common]
    return tuple(common or single)


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
