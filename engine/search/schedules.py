"""All that an expert can hold together, as whole schedules of which the linear programme mixes some.

Rows that cut off fractions one by one do well for an expert whom a few regions share. One whom all regions
want has far too many; there the programme mixes schedules, which are found as prices call for them.
Source: Dantzig and Wolfe (1960).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from ortools.sat.python import cp_model

from engine.budget import Budget
from engine.search.calendar import Calendar, Item

SPARE = 1e-6  # a bound of whole numbers is told as a float, which may lie a little above


@dataclass(frozen=True, slots=True)
class Schedule:
    """Assignments that an expert can hold together."""

    expert: int
    items: tuple[Item, ...]


class Schedules:
    """Every schedule of one expert, laid out once and asked for the dearest under many prices."""

    def __init__(self, calendar: Calendar, expert: int) -> None:
        self._expert = expert
        self.items = calendar.items(expert)
        self._model = cp_model.CpModel()
        self._held = [self._model.new_bool_var("") for _ in self.items]
        by_region: dict[int, list[cp_model.IntVar]] = {}
        for (region, _), held in zip(self.items, self._held, strict=True):
            by_region.setdefault(region, []).append(held)
        for slots in by_region.values():
            self._model.add_at_most_one(slots)
        self._model.add(sum(self._held) <= int(calendar.capacity[expert]))
        shares = np.stack([calendar.shares[item] for item in self.items])
        if least := int(calendar.least[expert]):
            is_in = self._model.new_bool_var("")
            self._model.add_bool_or([*self._held, is_in.negated()])
            for held in self._held:
                self._model.add_implication(held, is_in)
            given = cp_model.LinearExpr.weighted_sum(self._held, shares.sum(axis=1).tolist())
            self._model.add(given >= least * is_in)
        free = np.maximum(calendar.free[expert], 0)
        for month in np.flatnonzero(shares.sum(axis=0) > free):
            use = cp_model.LinearExpr.weighted_sum(self._held, shares[:, month].tolist())
            self._model.add(use <= int(free[month]))

    def dearest(self, prices: Mapping[Item, int], budget: Budget) -> tuple[Schedule | None, int]:
        """Return the schedule whose prices add up to most, and what those of no schedule exceed.

        The schedule is None if time ran out before the first.
        """
        values = [prices.get(item, 0) for item in self.items]
        self._model.maximize(cp_model.LinearExpr.weighted_sum(self._held, values))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        # Asked hundreds of times for a hundred variables: to prepare takes longer than to answer.
        solver.parameters.cp_model_presolve = False
        solver.parameters.symmetry_level = 0
        solver.parameters.max_time_in_seconds = budget.left
        with budget.watch(solver.stop_search):
            status = solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, sum(values)
        chosen = zip(self.items, self._held, strict=True)
        items = tuple(item for item, held in chosen if solver.boolean_value(held))
        return Schedule(self._expert, items), ceil(solver.best_objective_bound - SPARE)
