"""The integer step: choose one team per region out of a pool, by constraint programming."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from engine.budget import Budget
from engine.search.calendar import Calendar, Item
from engine.search.pricing import BandRow
from engine.search.teams import Team

Value = Callable[[Team], int]
Choice = list[tuple[Item, cp_model.IntVar]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was found: ``teams`` in the order of the regions, or None; ``proven`` if nothing beats it."""

    teams: tuple[Team, ...] | None
    proven: bool


class PoolModel:
    """One team per region out of a pool, within every expert's months and number of regions.

    Args:
        firsts: for each region the first that is like it; of alike regions only the number is chosen that has
            a team. A pool may hold the teams of any of them.
    """

    def __init__(
        self, calendar: Calendar, pool: Iterable[Team], bands: Iterable[BandRow], firsts: Sequence[int]
    ) -> None:
        one = {team if firsts[team.region] == team.region else team.of(firsts[team.region]) for team in pool}
        self.pool = sorted(one, key=lambda team: (team.region, team.members))
        self.model = cp_model.CpModel()
        self._regions: dict[int, list[int]] = {}
        for region, first in enumerate(firsts):
            self._regions.setdefault(first, []).append(region)
        self.chosen = [self._variable(len(self._regions[team.region])) for team in self.pool]
        self._calendar = calendar
        self._by_expert: dict[int, Choice] = {}
        by_region: dict[int, list[cp_model.IntVar]] = {first: [] for first in self._regions}
        for team, variable in self._columns():
            by_region[team.region].append(variable)
            for expert, slot in zip(team.members, team.slots, strict=True):
                self._by_expert.setdefault(expert, []).append(((team.region, slot), variable))
        for first, variables in by_region.items():
            if len(self._regions[first]) == 1:
                self.model.add_exactly_one(variables)
            else:
                self.model.add(sum(variables) == len(self._regions[first]))
        for expert, choice in self._by_expert.items():
            self._limit(expert, choice)
        for band in bands:
            below = [
                variable
                for team, variable in zip(self.pool, self.chosen, strict=True)
                if team.score < band.below
            ]
            self.model.add(sum(below) <= band.limit)
        self._keep_the_programme()

    def _keep_the_programme(self) -> None:
        rules, totals = self._calendar.programme, self._calendar.totals
        if rules.half_days_max is not None:
            given = self.total(lambda team: totals[team.region] if team.members else 0)
            self.model.add(given <= rules.half_days_max)
        if rules.single_teams_max is not None:
            self.model.add(self.total(lambda team: int(len(team.members) == 1)) <= rules.single_teams_max)
        for expert, choice in sorted(self._by_expert.items()):
            if least := int(self._calendar.least[expert]):
                self._give_enough(choice, least)

    def _give_enough(self, choice: Choice, least: int) -> None:
        """Let an expert be in some team only with the least half-days in all."""
        is_in = self.model.new_bool_var("")
        for item, variable in choice:
            self.model.add(variable <= len(self._regions[item[0]]) * is_in)
        given = sum(int(self._calendar.shares[item].sum()) * variable for item, variable in choice)
        self.model.add(given >= least * is_in)

    def _variable(self, most: int) -> cp_model.IntVar:
        return self.model.new_bool_var("") if most == 1 else self.model.new_int_var(0, most, "")

    def _columns(self) -> Iterator[tuple[Team, cp_model.IntVar]]:
        return zip(self.pool, self.chosen, strict=True)

    def _limit(self, expert: int, choice: Choice) -> None:
        capacity = int(self._calendar.capacity[expert])
        items = sorted({item for item, _ in choice})
        is_each_once = all(len(self._regions[region]) == 1 for region, _ in items)
        if capacity == 1 and is_each_once:
            self.model.add_at_most_one(variable for _, variable in choice)
            return
        self.model.add(sum(variable for _, variable in choice) <= capacity)
        for clique in self._calendar.cliques(expert, items) if is_each_once else ():
            self.model.add_at_most_one(variable for item, variable in choice if item in clique)
        # Three regions may be too much where any two are not; cliques say nothing of alike regions.
        if capacity >= (3 if is_each_once else 2):
            self._limit_months(expert, choice, items)

    def _limit_months(self, expert: int, choice: Choice, items: Sequence[Item]) -> None:
        shares = np.stack([self._calendar.shares[item] for item in items])
        free = np.maximum(0, self._calendar.free[expert])
        most: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = {}
        for (region, _), share in zip(items, shares, strict=True):
            most[region] = np.maximum(most.get(region, 0), share * len(self._regions[region]))
        for month in np.flatnonzero(sum(most.values()) > free):
            use = sum(int(self._calendar.shares[item][month]) * variable for item, variable in choice)
            self.model.add(use <= int(free[month]))

    def total(self, value: Value) -> cp_model.LinearExprT:
        """Return the sum of a whole value over the chosen teams."""
        values = [value(team) for team in self.pool]
        return cp_model.LinearExpr.weighted_sum(self.chosen, values)

    def imbalance(self) -> cp_model.LinearExprT:
        """Return the sum over experts of k(k - 1)/2 for k regions, when it is minimised."""
        steps: list[cp_model.IntVar] = []
        costs: list[int] = []
        for expert, choice in sorted(self._by_expert.items()):
            regions = min(int(self._calendar.capacity[expert]), len({item[0] for item, _ in choice}))
            further = [self.model.new_bool_var("") for _ in range(regions - 1)]
            if further:
                self.model.add(sum(variable for _, variable in choice) - 1 <= sum(further))
            steps += further
            costs += range(1, regions)
        return cp_model.LinearExpr.weighted_sum(steps, costs)

    def hint(self, teams: Iterable[Team] | None) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # of OR-Tools
        known = set(teams or ())
        for team, variable in self._columns():
            if known:
                self.model.add_hint(variable, team in known)

    def exclude(self, teams: Iterable[Team]) -> None:
        """Forbid exactly this answer."""
        known = set(teams)
        variables = [column for team, column in self._columns() if team in known]
        self.model.add(sum(variables) <= len(variables) - 1)

    def solve(self, budget: Budget, threads: int, is_enough: Callable[[int], bool] | None = None) -> Chosen:
        """Return the best answer that the time left allows, or the first whose value is enough."""
        left = budget.left
        if left <= 0:
            return Chosen(None, False)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = threads
        solver.parameters.random_seed = 0
        # Cuts on the full linear relaxation proved a balance in 0.2 s that took 16 s without; with so many
        # columns, looking for symmetries and probing costs more than it finds.
        solver.parameters.linearization_level = 2
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_time_in_seconds = left
        with budget.watch(solver.stop_search):
            status = solver.solve(self.model, None if is_enough is None else _StopWhen(is_enough))
        if status == cp_model.INFEASIBLE:
            return Chosen(None, True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Chosen(None, False)
        to_give = {first: iter(regions) for first, regions in self._regions.items()}
        picked = [
            team.of(next(to_give[team.region]))
            for team, variable in self._columns()
            for _time in range(solver.value(variable))
        ]
        picked.sort(key=lambda team: team.region)
        return Chosen(tuple(picked), status == cp_model.OPTIMAL)


class _StopWhen(cp_model.CpSolverSolutionCallback):
    def __init__(self, is_enough: Callable[[int], bool]) -> None:
        super().__init__()
        self._is_enough = is_enough

    def on_solution_callback(self) -> None:
        if self._is_enough(round(self.objective_value)):
            self.stop_search()
