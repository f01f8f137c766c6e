"""What others call: solve a problem, and score a team that a person has put together."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version

import numpy as np

from engine.budget import Budget, SearchProgress, Stop
from engine.explain.contributions import contributions
from engine.explain.diagnosis import missing
from engine.explain.prices import prices
from engine.explain.remedies import Remedies
from engine.problem.fingerprint import fingerprint
from engine.problem.problem import LEAD, SUPPORT, Problem
from engine.problem.result import (
    FEASIBLE,
    OPTIMAL,
    ExpertResult,
    Fact,
    RegionResult,
    Result,
    TeamMember,
    Unserved,
)
from engine.search import incumbent
from engine.search.search import Search
from engine.search.solver import run
from engine.search.teams import Team

MODEL = "impact-matching 1"


def solve(
    problem: Problem,
    *,
    progress: Callable[[SearchProgress], None] | None = None,
    should_stop: Stop | None = None,
    remedies: bool = True,
) -> Result:
    """Match teams of experts to regions.

    Args:
        problem: as returned by ``load_problem``; its parameters carry the time limit and the threads.
        progress: called from this thread with news of the search.
        should_stop: asked several times a second, possibly from another thread; True ends the search.
        remedies: whether to look for what would serve the regions without a team, and what rules cost, in the
            time that is left; it often takes longer than the answer.

    Returns:
        The best answer, proven optimal unless ``status`` is "feasible".
    """
    start = time.monotonic()
    search, outcome = run(problem, progress=progress, should_stop=should_stop)
    answer = search.incumbent.teams
    change_cost, changes = problem.parameters.change_cost, incumbent.change_count(answer)
    search.budget.tell("diagnosis")
    cures = Remedies(search, search.budget).all() if remedies and outcome.is_optimal else {}
    regions = tuple(_region(search, team, cures) for team in answer)
    result = Result(
        status=OPTIMAL if outcome.is_optimal else FEASIBLE,
        input_sha256=fingerprint(problem),
        engine=f"{MODEL} (ortools {version('ortools')}, numpy {version('numpy')})",
        seconds=round(time.monotonic() - start, 3),
        objective=_objective(answer),
        bound={"served": outcome.served_bound, "sum": outcome.sum_bound + change_cost * changes},
        proven=outcome.proven,
        regions=regions,
        experts=_experts(problem, regions),
    )
    left = search.budget if remedies else Budget(0)
    return replace(result, rules=tuple(prices(problem, result, lambda: left.left, should_stop)))


def _objective(answer: incumbent.Answer) -> dict[str, object]:
    bands = incumbent.fairness(answer)
    return {
        "served": sum(bool(team.members) for team in answer),
        "fairness": [level * 10 if level >= 0 else -1 for level in bands],
        "sum": incumbent.score_sum(answer),
        "changes": incumbent.change_count(answer),
        "imbalance": incumbent.imbalance(answer),
    }


def _region(search: Search, team: Team, cures: Mapping[int, tuple[list[Fact], bool]]) -> RegionResult:
    criteria = search.instance.regions[team.region]
    problem = search.instance.problem
    if not team.members:
        changes, is_complete = cures.get(team.region, ([], False))
        unserved = Unserved(tuple(missing(search, team.region)), tuple(changes), is_complete)
        return RegionResult(criteria.region.id, team.score, (), unserved)
    facts = contributions(search.instance, criteria, team.members)
    members = tuple(
        TeamMember(
            problem.experts[expert].id,
            SUPPORT if place else LEAD,
            tuple(int(share) for share in criteria.shares[slot]),
            facts[place],
        )
        for place, (expert, slot) in enumerate(zip(team.members, team.slots, strict=True))
    )
    return RegionResult(criteria.region.id, team.score, members)


def _experts(problem: Problem, regions: Sequence[RegionResult]) -> tuple[ExpertResult, ...]:
    count: Counter[str] = Counter()
    use = {expert.id: np.zeros(len(problem.months), dtype=np.int64) for expert in problem.experts}
    for region in regions:
        for member in region.team:
            count[member.expert] += 1
            use[member.expert] += np.array(member.half_days, dtype=np.int64)
    return tuple(
        ExpertResult(expert.id, count[expert.id], tuple(int(days) for days in use[expert.id]))
        for expert in problem.experts
    )
