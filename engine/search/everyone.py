"""Bounds over all candidates, where the tables hold only some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.budget import Budget
from engine.problem.criteria import RegionCriteria
from engine.problem.weights import BAND, TOP_BAND
from engine.search.pricing import SCALE, Goal, PricedTeams
from engine.search.relaxation import Relaxation, Relaxed
from engine.search.teams import Team, team_table
from engine.search.thinning import highest_score, irreplaceable, only

PRICING_KEPT = 0.5  # of the time left, for pricing everybody after the linear programme
MANY = 1000  # regions; with more, everybody's teams are laid out less finely
SLACK = 1000  # thousandths of a point that each member may then lack
REPLACED = 3  # members who may each lack it
CLOSE = 50_000  # a bound is good enough if it lies less than this part of itself above the relaxation


class Everyone:
    """Prices teams of all candidates, region by region, and gives the relaxation those that it lacks."""

    def __init__(self, relaxation: Relaxation, criteria: Sequence[RegionCriteria], budget: Budget) -> None:
        self._relaxation = relaxation
        self._criteria = criteria
        self._budget = budget
        self._slack = SLACK if len(criteria) > MANY else 0

    def best_scores(self) -> list[int]:
        """Return the highest score of each region, as far as it decides its band, -1 without a team."""
        best: list[int] = []
        for table, criteria in zip(self._relaxation.tables, self._criteria, strict=True):
            if table.best >= TOP_BAND * BAND:
                best.append(table.best)
            elif self._budget.is_over():
                best.append(highest_score(criteria))
            else:
                best.append(team_table(irreplaceable(criteria)).best)
        return best

    def solve(self, goal: Goal, phase: str) -> Relaxed:
        """Maximise a goal whose worth is the score, with a bound that holds for the teams of everybody."""
        bound = SCALE * sum(max(0, highest_score(criteria)) for criteria in self._criteria)
        last: Relaxed | None = None
        while True:
            with self._budget.keep(PRICING_KEPT):
                relaxed = self._relaxation.solve(goal, phase)
            if last is not None and not relaxed.answer:
                return replace(last, bound=bound)
            last = relaxed
            exact, fresh = self._price(relaxed, phase)
            bound = bound if exact is None else min(bound, exact)
            is_close = 0 <= bound - relaxed.bound <= bound // CLOSE
            if not fresh or is_close or self._budget.is_over():
                return replace(relaxed, bound=bound)

    def _price(self, relaxed: Relaxed, phase: str) -> tuple[int | None, list[Team]]:
        """Return the bound under the prices of a relaxation, and teams worth more than those it knows."""
        # With slack somebody may replace somebody better, and the score fall below a floor: the bound without
        # floors holds too.
        floors = relaxed.goal.floors if not self._slack else (-1,) * len(self._criteria)
        goal = replace(relaxed.goal, floors=floors)
        priced = PricedTeams(self._relaxation.tables, goal, relaxed.prices)
        bound = relaxed.prices.fixed(self._relaxation.calendar.capacity)
        fresh: list[Team] = []
        for criteria, known in zip(self._criteria, relaxed.best, strict=True):
            if self._budget.is_over():
                return None, fresh
            is_floored = floors[criteria.index] > 0
            costs = priced.costs(criteria)
            table = team_table(irreplaceable(criteria, costs, is_floored=is_floored, slack=self._slack))
            best, better = priced.improve(table, known)
            bound += best + REPLACED * self._slack
            if better:
                self._widen(criteria, better)
            fresh += [team for team in better if relaxed.goal.admits(team) and self._relaxation.know(team)]
            self._budget.tell(phase, (criteria.index + 1) / len(self._criteria))
        return bound, fresh

    def _widen(self, criteria: RegionCriteria, teams: Sequence[Team]) -> None:
        """Lay out the region's table anew, with the members of these teams."""
        known = self._relaxation.tables[criteria.index].criteria.candidates
        members = np.array([member for team in teams for member in team.members], dtype=np.int64)
        self._relaxation.tables[criteria.index] = team_table(only(criteria, np.union1d(known, members)))
