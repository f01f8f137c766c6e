"""A proven limit on how many regions can be served after a small change, without solving anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from engine.problem.criteria import Instance, Ints
from engine.problem.problem import Problem
from engine.search.cuts import ClashRow
from engine.search.pricing import SCALE, SCORE_LIMIT, Goal, PricedTeams, Prices
from engine.search.search import Search
from engine.search.teams import TeamTable, team_table


class ServedBound:
    """Keeps the prices of experts that limit the number of served regions, for use after a change.

    Whole prices of at least 0 give a valid bound for any problem whose rows they belong to; so after a
    change only the regions that can feel it need to be looked at again.
    """

    def __init__(self, search: Search) -> None:
        worth = np.ones(SCORE_LIMIT + 1, dtype=np.int64)
        worth[-1] = 0
        self._goal = Goal(worth, (-1,) * len(search.tables))
        self._relaxed = search.relaxation.solve(self._goal, "diagnosis")
        self._search = search

    def without(self, region: int, changed: Problem, experts: Collection[str]) -> int:
        """Return a number of regions that cannot be exceeded without one region, after a change of experts.

        Args:
            changed: the problem after the change; its regions are the same.
            experts: ids of the experts who were changed or added.
        """
        instance = Instance(changed)
        touched = {changed.expert_index()[expert] for expert in experts}
        prices = self._moved(instance, touched)
        free = replace(prices, experts=prices.experts.copy())
        free.experts[list(touched)] = 0
        nothing = Prices(np.zeros_like(prices.experts), (), ())
        limits = [chosen.fixed(instance.capacity) for chosen in (prices, free, nothing)]
        for table, before in zip(self._search.tables, self._relaxed.best, strict=True):
            if table.index == region:
                continue
            changed_table = self._changed(instance, table, touched)
            if changed_table is None:
                best = [before, before, SCALE * (table.best >= 0)]
            else:
                best = [self._best(changed_table, chosen) for chosen in (prices, free, nothing)]
            limits = [limit + more for limit, more in zip(limits, best, strict=True)]
        return min(limits) // SCALE

    def _changed(self, instance: Instance, table: TeamTable, touched: set[int]) -> TeamTable | None:
        """Return the table of a region after the change, or None if no changed expert is a candidate."""
        criteria = instance.criteria(table.index)
        names = {instance.problem.experts[expert].id for expert in touched}
        before = {self._search.instance.problem.experts[at].id for at in table.criteria.candidates}
        if touched.isdisjoint(criteria.candidates.tolist()) and names.isdisjoint(before):
            return None
        return team_table(criteria)

    def _best(self, table: TeamTable, prices: Prices) -> int:
        return PricedTeams((table,), self._goal, prices).improve(table)[0]

    def _moved(self, instance: Instance, touched: set[int]) -> Prices:
        """Return the prices at their new places; those for the months of changed experts lapse."""
        old, new = self._search.instance.problem, instance.problem.expert_index()
        place = [new[expert.id] for expert in old.experts]
        experts: Ints = np.zeros(len(new), dtype=np.int64)
        experts[place] = self._relaxed.prices.experts
        clashes = tuple(
            (ClashRow(place[row.expert], row.weights, row.limit), price)
            for row, price in self._relaxed.prices.clashes
            if place[row.expert] not in touched
        )
        return Prices(experts, clashes, ())
