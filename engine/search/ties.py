"""The last objectives, among answers of equal fairness and sum: fewest changes, balance, one for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from math import inf

from engine.search.incumbent import change_count, imbalance
from engine.search.integer import PoolModel
from engine.search.marks import NEARER, UNBALANCED, mark, together
from engine.search.pricing import SCALE, Goal
from engine.search.relaxation import Relaxed
from engine.search.search import EASY_TIES, POOL_LIMIT, Search, Whole
from engine.search.teams import Team

LAST = "canonical"
FINE = 64  # of a unit of imbalance, or a change, in a point, when it is asked how few there can be


def settle_ties(search: Search, quality: Whole) -> list[str]:
    """Take the one answer that the last objectives leave; return the names of those that are proven."""
    ties = Ties(search, quality)
    pool = ties.everything(EASY_TIES)
    if pool is not None:
        return ties.settle(pool)
    proven = ties.settle_many()
    pool = None if LAST in proven else ties.everything(POOL_LIMIT)
    return proven if pool is None else ties.settle(pool)


class Ties:
    """Settles the last objectives one after another, among answers of the greatest sum."""

    def __init__(self, search: Search, quality: Whole) -> None:
        if quality.teams is None or quality.value is None:
            raise ValueError("no answer whose ties could be settled")
        self._search, self._leaves = search, quality.leaves
        self._best, self._value = quality.teams, quality.value
        self._goals = [leaf.goal for leaf in quality.leaves]

    def everything(self, most: int) -> set[Team] | None:
        """Return the teams of all answers of the greatest sum, or None if there are more than asked."""
        return self._within(self._leaves, self._value * SCALE, most)

    def settle(self, pool: Iterable[Team]) -> list[str]:
        """Take the best answer that a pool holds; return the names of the objectives proven for the pool."""
        search, goal = self._search, self._goals[0]
        model = PoolModel(search.calendar, pool, goal.bands, range(len(search.tables)))
        model.model.add(model.total(goal.value) == self._value)
        proven: list[str] = []
        for name, expression, count in (
            ("changes", model.total(lambda team: team.changes), change_count),
            ("balance", model.imbalance(), imbalance),
        ):
            if count(self._best) > 0:
                search.budget.tell(name)
                model.model.minimize(expression)
                model.hint(self._best)
                chosen = search.choose(model)
                if chosen.teams is None or not chosen.proven:
                    return proven
                self._best = chosen.teams
            model.model.add(expression <= count(self._best))
            proven.append(name)
        first = _settle_canonical(search, model, self._best)
        self._best = self._best if first is None else first
        return proven if first is None else [*proven, LAST]

    def settle_many(self) -> list[str]:
        """Take the best answer where more teams come into question than a model can hold.

        A relaxation of all last objectives together tells which teams can be in an answer as good as one that
        is known; others tell that no answer has fewer changes, or is more balanced.
        """
        every = [together(goal, self._search.marks) for goal in self._goals]
        cases = [self._search.relaxation.solve(goal, "balance") for goal in every]
        highest = max(case.bound for case in cases)
        for gap in NEARER:
            near = self._within(cases, highest - gap * SCALE, EASY_TIES)
            if near is None or LAST in self.settle(near):
                break
        told, known = list[str](), inf
        while (now := sum(map(every[0].value, self._best)) - UNBALANCED * imbalance(self._best)) < known:
            known = now
            pool = self._within(cases, known * SCALE, POOL_LIMIT)
            if pool is None or self._search.budget.is_over():
                return []
            told = self.settle(pool)
        return list(takewhile(self._is_least, told))

    def _within(self, cases: Iterable[Relaxed], least: int, most: int) -> set[Team] | None:
        """Return the teams of all answers worth at least so much, or None if there are too many."""
        pool: set[Team] = set()
        for case in cases:
            if case.bound >= least:
                pool.update(self._search.relaxation.pool(case, case.bound - least, most))
            if len(pool) > most:
                return None
        return pool

    def _is_least(self, name: str) -> bool:
        """Return whether no answer of the greatest sum has fewer changes, or is more balanced."""
        counts = {"changes": change_count(self._best), "balance": imbalance(self._best)}
        count = counts.get(name, 0)
        return count == 0 or all(self._least(name, goal) >= count for goal in self._goals)

    def _least(self, name: str, goal: Goal) -> int:
        fine = replace(goal, worth=goal.worth * FINE, change_cost=goal.change_cost * FINE)
        if name == "changes":
            fine = replace(fine, change_cost=fine.change_cost + 1)
        else:
            fine = replace(fine, change_cost=fine.change_cost + FINE // 4, imbalance=1)
        bound = self._search.relaxation.solve(fine, name).bound
        changes = 0 if name == "changes" else change_count(self._best) * (FINE // 4)
        return self._value * FINE - changes - bound // SCALE


def _settle_canonical(search: Search, model: PoolModel, best: tuple[Team, ...]) -> tuple[Team, ...] | None:
    """Take and return the answer with the least sum of marks, of several the first by name, if proven."""
    search.budget.tell("canonical")
    marks = {team: mark(search.instance.problem, team) for team in model.pool}
    total = model.total(marks.__getitem__)
    model.model.minimize(total)
    model.hint(best)
    chosen = search.choose(model)
    if chosen.teams is None or not chosen.proven:
        return None
    twins = [chosen.teams]
    model.model.add(total <= sum(marks[team] for team in chosen.teams))
    while True:
        model.exclude(twins[-1])
        chosen = search.choose(model)
        if chosen.teams is None:
            break
        twins.append(chosen.teams)
    first = min(twins, key=lambda teams: [team.members for team in teams])
    return first if search.take(first, among_equals=True) and chosen.proven else None
