"""The greatest minimum of a matrix by columns: a row takes one whole group of matrix columns.

A threshold on the sum of a row says little in a linear programme over single pairs; over groups that each
reach the threshold it says nearly all. Source: Dantzig and Wolfe (1960); reduced costs as in
Baldacci, Christofides and Mingozzi (2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from engine.assignment.matrix import Matrix, Picks
from engine.budget import Budget
from engine.linear import LinearProgram
from engine.problem.criteria import Ints

MAX_LAID_OUT = 20_000_000  # groups of all rows
MAX_CHOSEN_FROM = 150_000  # groups in one CP-SAT model
NEW_A_ROUND = 8  # groups of a row that enter the linear programme at once
NEAR = 60  # groups of a row, the cheapest first, from which a whole answer is made
SHAKES = 4  # prices under which the cheapest are looked up
FINEST = 20  # bits behind the point of a price
MAX_BITS = 61  # of a bound; prices and bounds are whole numbers, so that what they prove is exact
TOLERANCE = 1e-7


Group = tuple[int, int]  # a row, and the place of the group among the row's groups
Floats = npt.NDArray[np.float64]
Members = npt.NDArray[np.int32]  # shape (groups, size): the columns of each


@dataclass(frozen=True)
class Priced:
    """What prices of the columns prove: no answer is worth more than ``bound``.

    Attributes:
        bound: of the sum of the worths, in grains.
        gaps: per row, by how much each group stays behind the row's best one, in grains.
    """

    bound: int
    gaps: tuple[Ints, ...]


class Groups:
    """Every group of every row, with its score."""

    def __init__(self, matrix: Matrix) -> None:
        self.loads = matrix.loads_max
        columns = len(self.loads)
        layouts = {int(demand): _subsets(columns, int(demand)) for demand in np.unique(matrix.demands)}
        self.members: list[Members] = []
        self.scores: list[Ints] = []
        for row, demand in enumerate(matrix.demands):
            layout = layouts[int(demand)]
            members = layout[~(matrix.forbidden[row] | (self.loads < 1))[layout].any(axis=1)]
            self.members.append(members)
            self.scores.append(matrix.scores[row][members].sum(axis=1))

    @staticmethod
    def fit(matrix: Matrix) -> bool:
        """Return whether all groups can be laid out and no column asks for a least load."""
        laid_out = sum(comb(len(matrix.loads_max), int(demand)) for demand in matrix.demands)
        return laid_out <= MAX_LAID_OUT and not matrix.loads_min.any()


class GroupAssignment:
    """One group per row, each at a threshold or above, within the loads of the columns."""

    def __init__(self, groups: Groups, threshold: int, budget: Budget, *, by_score: bool) -> None:
        self._loads, self._budget = groups.loads, budget
        self.rows = range(len(groups.scores))
        allowed = [scores >= threshold for scores in groups.scores]
        self.members = [groups.members[row][allowed[row]] for row in self.rows]
        self.scores = [groups.scores[row][allowed[row]] for row in self.rows]
        self.is_open = all(len(scores) for scores in self.scores)
        # A linear programme may leave a row empty: so much more than any score speaks against it.
        self.lift = 1
        if by_score and self.is_open:
            lowest = min(int(scores.min()) for scores in self.scores)
            self.lift = 2 * max(int(scores.max()) - lowest for scores in self.scores) + 1 - lowest
        self.worths = [scores * int(by_score) + self.lift for scores in self.scores]
        most = max((int(worths.max(initial=1)) for worths in self.worths), default=1) * (len(self.rows) + 1)
        self.grain = 1 << min(FINEST, max(0, MAX_BITS - most.bit_length()))

    def relax(self, enough: int | None = None) -> Priced | None:
        """Return the best bound of a linear programme over all groups; None if time ran out before.

        Args:
            enough: stop as soon as the bound is below it, in units of the worth.
        """
        master = _Master(self._loads, self.rows)
        prices = np.zeros(len(self._loads), dtype=np.int64)
        duals = np.zeros(len(self.rows))
        best: Priced | None = None
        while not self._budget.is_over():
            priced = self._price(prices)
            if best is None or priced.bound < best.bound:
                best = priced
            if enough is not None and best.bound < enough * self.grain:
                return best
            if not master.take(self._fresh(priced, prices, duals), self) or not master.solve(self._budget):
                return best
            duals, values = master.duals()
            prices = np.rint(values * self.grain).astype(np.int64)
        return best

    def _price(self, prices: Ints) -> Priced:
        bound, gaps = int((self._loads * prices).sum()), []
        for row in self.rows:
            worth = self.worths[row] * self.grain - prices[self.members[row]].sum(axis=1)
            bound += max(0, int(worth.max()))
            gaps.append(worth.max() - worth)
        return Priced(bound, tuple(gaps))

    def _fresh(self, priced: Priced, prices: Ints, duals: Floats) -> Iterator[Group]:
        """Yield the groups of each row that would raise the value of the linear programme most."""
        for row in self.rows:
            for place in _smallest(priced.gaps[row], NEW_A_ROUND):
                worth = float(self.worths[row][place]) - prices[self.members[row][place]].sum() / self.grain
                if worth > duals[row] + TOLERANCE * max(1.0, abs(duals[row])):
                    yield row, int(place)

    def cheapest(self, priced: Priced) -> list[Group]:
        """Return groups from which a whole answer is likely: the best of every row, under shaken prices."""
        dice = np.random.default_rng(0)
        most = max(int(gaps.max()) for gaps in priced.gaps)
        chosen: set[Group] = set()
        for shake in range(SHAKES):
            swing = dice.integers(0, most // 20 + 1, len(self._loads)) * bool(shake)
            for row in self.rows:
                gaps = priced.gaps[row] + swing[self.members[row]].sum(axis=1)
                chosen.update((row, int(place)) for place in _smallest(gaps, NEAR))
        return sorted(chosen)

    def within(self, priced: Priced, gap: int) -> list[Group] | None:
        """Return every group that an answer worth at least ``bound - gap`` can hold, unless they are many."""
        near = [np.flatnonzero(gaps <= gap) for gaps in priced.gaps]
        if sum(map(len, near)) > MAX_CHOSEN_FROM:
            return None
        return [(row, int(place)) for row in self.rows for place in near[row]]

    def best_of(self, pool: Iterable[Group], hint: Iterable[Group] = ()) -> tuple[list[Group] | None, bool]:
        """Return the best whole answer made of the pool, and whether that is proven."""
        model = cp_model.CpModel()
        variables = {group: model.new_bool_var("") for group in pool}
        by_row: list[list[cp_model.IntVar]] = [[] for _ in self.rows]
        loads: list[list[cp_model.IntVar]] = [[] for _ in self._loads]
        for (row, place), variable in variables.items():
            by_row[row].append(variable)
            for member in self.members[row][place]:
                loads[int(member)].append(variable)
        for choices in by_row:
            model.add_exactly_one(choices)
        for load, most in zip(loads, self._loads, strict=True):
            model.add(cp_model.LinearExpr.sum(load) <= int(most))
        worths = [int(self.worths[row][place]) for row, place in variables]
        model.maximize(cp_model.LinearExpr.weighted_sum(list(variables.values()), worths))
        for group in hint:
            model.add_hint(variables[group], True)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = self._budget.left
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, status == cp_model.INFEASIBLE
        picked = [group for group, variable in variables.items() if solver.boolean_value(variable)]
        return picked, status == cp_model.OPTIMAL

    def gap(self, answer: Iterable[Group], priced: Priced) -> int:
        """Return by how much an answer stays behind the bound, in grains."""
        return priced.bound - sum(int(self.worths[row][place]) for row, place in answer) * self.grain

    def picks(self, answer: Iterable[Group], priced: Priced, *, is_optimal: bool) -> Picks:
        bound = priced.bound // self.grain - self.lift * len(self.rows)
        return Picks(tuple(self.members[row][place] for row, place in sorted(answer)), is_optimal, bound)


class _Master:
    """The linear programme over the groups that are known so far."""

    def __init__(self, loads: Ints, rows: range) -> None:
        self._programme = LinearProgram()
        self._rows = [self._programme.add_row(1.0) for _ in rows]
        self._loads = [self._programme.add_row(float(load)) for load in loads]
        self._known: set[Group] = set()

    def take(self, groups: Iterable[Group], choice: GroupAssignment) -> bool:
        """Add groups; return whether any was new."""
        before = len(self._known)
        for row, place in groups:
            if (row, place) not in self._known:
                self._known.add((row, place))
                held = [(self._loads[int(member)], 1.0) for member in choice.members[row][place]]
                self._programme.add_column(float(choice.worths[row][place]), [(self._rows[row], 1.0), *held])
        return len(self._known) > before

    def solve(self, budget: Budget) -> bool:
        return self._programme.solve(budget.left)

    def duals(self) -> tuple[Floats, Floats]:
        """Return the dual values of the rows and of the loads, at least 0."""
        values = np.maximum(self._programme.prices(), 0.0)
        return values[: len(self._rows)], values[len(self._rows) :]


def best_minimum_over_groups(matrix: Matrix, start: Picks, budget: Budget) -> Picks:
    """Return the assignment whose lowest row is greatest, and among those the one with the greatest sum.

    Args:
        matrix: one for which ``Groups.fit``.
        start: the assignment with the greatest sum.
    """
    groups = Groups(matrix)
    best, low = start, start.lowest(matrix)
    high = look = at = _highest_not_excluded(groups, low, budget)
    while low < look and not budget.is_over():
        found, is_excluded = _best_at(groups, at, budget)
        if found is not None:
            best, low = found, max(at, found.lowest(matrix))
        else:
            look = at - 1
            high = look if is_excluded else high
        at = (low + look + 1) // 2
    # The greatest sum above a lower threshold is also the greatest above the one that it happens to reach.
    return best if low == high else Picks(best.rows, False, high)


def _highest_not_excluded(groups: Groups, low: int, budget: Budget) -> int:
    """Return a threshold, at least ``low``, above which no row can be the lowest, by linear programmes."""
    high = min((int(scores.max()) for scores in groups.scores), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        choice = GroupAssignment(groups, middle, budget, by_score=False)
        priced = choice.relax(enough=len(choice.rows))
        if priced is not None and priced.bound < len(choice.rows) * choice.grain:
            high = middle - 1
        else:
            low = middle
        if budget.is_over():
            break
    return high


def _best_at(groups: Groups, threshold: int, budget: Budget) -> tuple[Picks | None, bool]:
    """Return the greatest sum with every row at the threshold or above; if None, whether none is proven."""
    choice = GroupAssignment(groups, threshold, budget, by_score=True)
    priced = choice.relax() if choice.is_open else None
    if priced is None:
        return None, not choice.is_open
    answer, _ = choice.best_of(choice.cheapest(priced))
    if answer is None:
        everything = choice.within(priced, priced.bound)
        if everything is None:
            return None, False
        answer, proven = choice.best_of(everything)
        if answer is None:
            return None, proven
    gap = choice.gap(answer, priced)
    near = choice.within(priced, gap)
    if near is None:
        return choice.picks(answer, priced, is_optimal=False), False
    better, proven = choice.best_of(near, hint=answer)
    return choice.picks(better or answer, priced, is_optimal=proven), False


def _subsets(count: int, size: int) -> Members:
    return np.array(list(combinations(range(count), size)), dtype=np.int32).reshape(comb(count, size), size)


def _smallest(values: Ints, count: int) -> Ints:
    """Return the places of the smallest values, the smallest first, ties by place."""
    if len(values) > count:
        highest = np.partition(values, count - 1)[count - 1]
        places = np.flatnonzero(values <= highest)
    else:
        places = np.arange(len(values))
    return places[np.argsort(values[places], kind="stable")][:count]
