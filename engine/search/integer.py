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
    """One team per region out of a pool, within every expert's months and number of regions."""

    def __init__(
        self, calendar: Calendar, pool: Iterable[Team], bands: Iterable[BandRow], regions: int
    ) -> None:
        self.pool = sorted(set(pool), key=lambda team: (team.region, team.members))
        self.model = cp_model.CpModel()
        self.chosen = [self.model.new_bool_var("") for _ in self.pool]
        self._calendar = calendar
        self._by_expert: dict[int, Choice] = {}
        by_region: list[list[cp_model.IntVar]] = [[] for _ in range(regions)]
        for team, variable in self._columns():
            by_region[team.region].append(variable)
            for expert, slot in zip(team.members, team.slots, strict=True):
                self._by_expert.setdefault(expert, []).append(((team.region, slot), variable))
        for variables in by_region:
            self.model.add_exactly_one(variables)
        for expert, choice in self._by_expert.items():
            self._limit(expert, choice)
        for band in bands:
            below = [
                variable
                for team, variable in zip(self.pool, self.chosen, strict=True)
                if team.score < band.below
            ]
            self.model.add(sum(below) <= band.limit)

    def _columns(self) -> Iterator[tuple[Team, cp_model.IntVar]]:
        return zip(self.pool, self.chosen, strict=True)

    def _limit(self, expert: int, choice: Choice) -> None:
        capacity = int(self._calendar.capacity[expert])
        if capacity == 1:
            self.model.add_at_most_one(variable for _, variable in choice)
            return
        self.model.add(sum(variable for _, variable in choice) <= capacity)
        items = sorted({item for item, _ in choice})
        for clique in self._calendar.cliques(expert, items):
            self.model.add_at_most_one(variable for item, variable in choice if item in clique)
        if capacity >= 3:
            self._limit_months(expert, choice, items)

    def _limit_months(self, expert: int, choice: Choice, items: Sequence[Item]) -> None:
        """Three regions may be too much where any two are not."""
        shares = np.stack([self._calendar.shares[item] for item in items])
        free = self._calendar.free[expert]
        most: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = {}
        for (region, _), share in zip(items, shares, strict=True):
            most[region] = np.maximum(most.get(region, 0), share)
        for month in np.flatnonzero(sum(most.values()) > free):
            use = sum(int(self._calendar.shares[item][month]) * variable for item, variable in choice)
            self.model.add(use <= max(0, int(free[month])))

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
        picked = [
            team
            for team, variable in zip(self.pool, self.chosen, strict=True)
            if solver.boolean_value(variable)
        ]
        return Chosen(tuple(picked), status == cp_model.OPTIMAL)


class _StopWhen(cp_model.CpSolverSolutionCallback):
    def __init__(self, is_enough: Callable[[int], bool]) -> None:
        super().__init__()
        self._is_enough = is_enough

    def on_solution_callback(self) -> None:
        if self._is_enough(round(self.objective_value)):
            self.stop_search()
