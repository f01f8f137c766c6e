"""What is told beside an answer: remedies, who is irreplaceable, other teams, the price of fairness."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.budget import Budget, Stop
from engine.explain.counterfactual import Cost, cast_of, cost_of, loss
from engine.explain.prices import prices
from engine.explain.recruiting import recruiting_plan
from engine.explain.remedies import Remedies, left_beside
from engine.problem.criteria import Instance
from engine.problem.problem import Problem
from engine.problem.result import Fact, Result
from engine.problem.weights import BAND
from engine.search.fairness import Fairness
from engine.search.incumbent import counts_below, score_sum
from engine.search.narrowing import unlike, without
from engine.search.quality import greatest_sum
from engine.search.search import Search
from engine.search.solver import Layout, SearchOutcome, run
from engine.search.teams import Unlike

MOST_STEPS = 8  # on the front between the greatest sum and the fairest answer
DIFFERENT = 2  # members in whom teams differ, to be told as alternatives
MOST_REMEDIES_S = 300.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another team for a region, in the best answer that gives it one so different.

    Attributes:
        team: (expert id, role), lead first.
        region_cost: points that the region loses.
        whole: what all regions together lose.
        pin_holds: whether pins are enough for the region to get this team; they bind only where it is served.
    """

    team: tuple[tuple[str, str], ...]
    region_cost: int
    whole: Cost
    pin_holds: bool

    def to_json(self) -> Fact:
        team = [{"expert": expert, "role": role} for expert, role in self.team]
        costs = {"region_cost": self.region_cost, "whole_cost": self.whole.to_json()}
        return {"team": team, **costs, "pin_holds": self.pin_holds}


class Insights:
    """Answers questions about a result, one at a time; each takes about as long as the result did, or less.

    The teams of the regions are laid out once; what an answer has found serves those after it.

    Args:
        problem: the problem that ``result`` answers; its time limit holds for each answer that is needed.
        should_stop: asked several times a second, possibly from another thread; True ends the search, and
            what is then returned is not proven.
    """

    def __init__(self, problem: Problem, result: Result, *, should_stop: Stop | None = None) -> None:
        self._problem, self._result, self._should_stop = problem, result, should_stop
        layout = Layout.of(problem)
        self._search, self._outcome = run(problem, layout=layout, should_stop=should_stop)
        self._layout = layout.after(self._search)

    def remedies(self) -> dict[str, tuple[list[Fact], bool]]:
        """Return for each region without a team the changes that would serve it.

        The second value says whether all changes that come into question were tried. There are none unless
        the result is proven.
        """
        if not (self._outcome.is_optimal and self._result.is_optimal):
            return {}
        budget = Budget(MOST_REMEDIES_S, should_stop=self._should_stop)
        found = Remedies(self._search, budget).all()
        return {self._problem.regions[region].id: told for region, told in found.items()}

    def recruiting_plan(self) -> list[Fact]:
        """Return whom to look for, so that the most regions more can be served."""
        if not (self._outcome.is_optimal and self._result.is_optimal):
            return []
        budget = Budget(MOST_REMEDIES_S, should_stop=self._should_stop)
        return recruiting_plan(self._search, self.people_left(), budget)

    def people_left(self) -> Instance:
        """Return the people with what they have left beside the teams that stand."""
        return left_beside(self._search, self._search.instance)

    def without(self, expert: str) -> Fact:
        """Return what all regions together lose without an expert of a team, and which lose theirs."""
        search, outcome = self._run_without(expert)
        then = search.incumbent.teams
        is_proven = outcome.is_optimal and self._result.is_optimal
        cost = loss(search.instance.problem, self._result, then, is_proven=is_proven)
        pairs = zip(self._result.regions, then, strict=True)
        bare = [region.id for region, team in pairs if region.team and not team.members]
        return {"expert": expert, **cost.to_json(), "without_team": bare}

    def price_of_rules(self) -> list[Fact]:
        """Return the rules of the programme that are on, each with what is gained without it."""
        seconds = self._problem.parameters.time_limit_s
        return prices(self._problem, self._result, lambda: seconds, self._should_stop)

    def _run_without(self, expert: str) -> tuple[Search, SearchOutcome]:
        problem = self._problem
        if expert in {row.expert for row in problem.pinned} | {row.expert for row in problem.previous}:
            return run(_without(problem, expert), should_stop=self._should_stop)
        at, criteria = problem.expert_index()[expert], self._layout.instance.regions
        has = [row.index for row in criteria if at in row.candidates]
        tables = {index: without(self._layout.tables[index], at) for index in has}
        return run(problem, layout=self._layout.with_tables(tables), should_stop=self._should_stop)

    def alternatives(self, region: str, count: int = 2) -> list[Alternative]:
        """Return the next best teams of a region for the whole, each different from those before it.

        Two teams differ in at least two members, or in all if one of them has a single member.

        Args:
            count: how many; fewer are returned if there are no more.
        """
        index = self._problem.region_index()[region]
        now = next(row for row in self._result.regions if row.id == region)
        at = self._problem.expert_index()
        known = [at[member.expert] for member in now.team]
        table, found = self._layout.tables[index], list[Alternative]()
        while known and len(found) < count:
            table = unlike(table, Unlike(tuple(known), min(DIFFERENT, len(known))))
            layout = self._layout.with_tables({index: table})
            priced = cost_of(self._problem, index, self._result, layout, should_stop=self._should_stop)
            if priced is None or not priced[2][index].members:
                break
            cost, holds, teams = priced
            known = list(teams[index].members)
            cast = cast_of(self._problem, teams[index])
            found.append(Alternative(cast, now.score - teams[index].score, cost, holds))
        return found

    def price_of_fairness(self) -> Fact:
        """Return what lifting the worst-served costs: the greatest sum as fairness is settled step by step.

        Returns:
            ``sum`` and ``free_sum`` (with fairness, and by the sum alone), their difference ``price``, and
            ``front``: for each step ``settled`` (no region more than must lies below that score; None before
            the first), with ``sum``, ``served``, ``worst`` (the lowest score) and ``proven``.
        """
        search, outcome = run(self._problem, layout=self._layout, should_stop=self._should_stop)
        counts = counts_below(search.incumbent.teams)
        levels = [level for level in range(len(counts)) if not level or counts[level] > counts[level - 1]]
        front: list[Fact] = []
        for settled in [0, *(level + 1 for level in levels[:MOST_STEPS]), len(counts)]:
            fairness = Fairness(tuple(counts[:settled]), True, outcome.served_bound)
            whole = greatest_sum(search, fairness, self._problem.parameters.change_cost)
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


def _without(problem: Problem, expert: str) -> Problem:
    return replace(
        problem,
        experts=tuple(row for row in problem.experts if row.id != expert),
        pinned=tuple(row for row in problem.pinned if row.expert != expert),
        forbidden=frozenset(pair for pair in problem.forbidden if pair[1] != expert),
        locked=tuple(row for row in problem.locked if row.expert != expert),
        previous=tuple(row for row in problem.previous if row.expert != expert),
        wishes=frozenset(pair for pair in problem.wishes if pair[1] != expert),
    )
