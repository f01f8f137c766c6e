"""What a run tells beside its answer: who is irreplaceable, which teams come next, what fairness costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from engine.explain.counterfactual import Cost, cast_of, cost_of, loss
from engine.problem.problem import Problem
from engine.problem.result import Fact, Result
from engine.problem.weights import BAND
from engine.search.fairness import Fairness
from engine.search.incumbent import change_count, counts_below, score_sum
from engine.search.quality import greatest_sum
from engine.search.solver import run
from engine.search.teams import Team

MOST_STEPS = 8  # on the front between the greatest sum and the fairest answer
DIFFERENT = 2  # members in whom teams differ, to be told as alternatives

Stop = Callable[[], bool]


def irreplaceable(problem: Problem, result: Result, *, should_stop: Stop | None = None) -> Iterator[Fact]:
    """Yield for each expert with a team what all regions together lose without that person.

    Args:
        problem: the problem that ``result`` answers; each question takes about as long as the answer did.
    """
    for expert in sorted({member.expert for region in result.regions for member in region.team}):
        search, outcome = run(_without(problem, expert), should_stop=should_stop)
        then = search.incumbent.teams
        cost = loss(search.instance.problem, result, then, is_proven=outcome.is_optimal and result.is_optimal)
        bare = [
            region.id
            for region, team in zip(result.regions, then, strict=True)
            if region.team and not team.members
        ]
        yield {"expert": expert, **cost.to_json(), "without_team": bare}


def _without(problem: Problem, expert: str) -> Problem:
    return replace(
        problem,
        experts=tuple(row for row in problem.experts if row.id != expert),
        pinned=tuple(row for row in problem.pinned if row.expert != expert),
        forbidden=frozenset(pair for pair in problem.forbidden if pair[1] != expert),
        locked=tuple(row for row in problem.locked if row.expert != expert),
        previous=tuple(row for row in problem.previous if row.expert != expert),
    )


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another team for a region, in the best answer that gives it one so different.

    Attributes:
        team: (expert id, role), lead first.
        region_cost: points that the region loses.
        whole: what all regions together lose.
    """

    team: tuple[tuple[str, str], ...]
    region_cost: int
    whole: Cost

    def to_json(self) -> Fact:
        team = [{"expert": expert, "role": role} for expert, role in self.team]
        return {"team": team, "region_cost": self.region_cost, "whole_cost": self.whole.to_json()}


def alternatives(
    problem: Problem, result: Result, region_id: str, *, count: int = 2, should_stop: Stop | None = None
) -> list[Alternative]:
    """Return the next best teams of a region for the whole, each different from those before it.

    Two teams differ in at least two members, or in all if one of them has a single member.

    Args:
        problem: the problem that ``result`` answers.
        count: how many; fewer are returned if there are no more.
    """
    index = problem.region_index()[region_id]
    now = next(region for region in result.regions if region.id == region_id)
    known: list[Collection[str]] = [[member.expert for member in now.team]] if now.team else []
    barred: frozenset[str] = frozenset()
    found: list[Alternative] = []
    while known and len(found) < count:
        options = [
            _next_best(problem, index, result, barred | out, should_stop) for out in _left_out(known[-1])
        ]
        best = max((option for option in options if option), key=lambda option: option[0], default=None)
        if best is None:
            break
        _, barred, team, cost = best
        cast = cast_of(problem, team)
        found.append(Alternative(cast, now.score - team.score, cost))
        known.append([expert for expert, _ in cast])
    return found


def _left_out(team: Collection[str]) -> list[frozenset[str]]:
    """Return the sets of members one of which is missing in every team that is different enough."""
    return [frozenset(out) for out in combinations(sorted(team), min(DIFFERENT, len(team)))]


Option = tuple[tuple[object, ...], frozenset[str], Team, Cost]


def _next_best(
    problem: Problem, index: int, result: Result, barred: frozenset[str], should_stop: Stop | None
) -> Option | None:
    """Return the best answer that serves a region without some experts, with how good it is."""
    region = problem.regions[index].id
    bans = problem.forbidden | {(region, expert) for expert in barred}
    pins = tuple(pin for pin in problem.pinned if (pin.region, pin.expert) not in bans)
    if len(pins) < len(problem.pinned):
        return None
    priced = cost_of(replace(problem, forbidden=bans), index, result, should_stop=should_stop)
    if priced is None:
        return None
    cost, _, teams = priced
    net = score_sum(teams) - problem.parameters.change_cost * change_count(teams)
    rank = ([-below for below in counts_below(teams)], net, sorted(barred, reverse=True))
    return rank, barred, teams[index], cost


def price_of_fairness(problem: Problem, *, should_stop: Stop | None = None) -> Fact:
    """Return what lifting the worst-served costs: the greatest sum as fairness is settled step by step.

    Returns:
        ``sum`` and ``free_sum`` (with fairness, and by the sum alone), their difference ``price``, and
        ``front``: for each step ``settled`` (no region more than must lies below that score; None before the
        first), with ``sum``, ``served``, ``worst`` (the lowest band) and ``proven``.
    """
    search, outcome = run(problem, should_stop=should_stop)
    counts = counts_below(search.incumbent.teams)
    levels = [level for level in range(len(counts)) if not level or counts[level] > counts[level - 1]]
    front: list[Fact] = []
    for settled in [0, *(level + 1 for level in levels[:MOST_STEPS]), len(counts)]:
        fairness = Fairness(tuple(counts[:settled]), True, outcome.served_bound)
        whole = greatest_sum(search, fairness, problem.parameters.change_cost)
        teams = whole.teams or search.incumbent.teams
        front.append(
            {
                "settled": (settled - 1) * BAND if settled else None,
                "sum": score_sum(teams),
                "served": sum(bool(team.members) for team in teams),
                "worst": min((team.score for team in teams if team.members), default=None),
                "proven": whole.proven,
            }
        )
    fair, free = score_sum(search.incumbent.teams), front[0]["sum"]
    assert isinstance(free, int)
    return {"sum": fair, "free_sum": free, "price": free - fair, "front": front}
