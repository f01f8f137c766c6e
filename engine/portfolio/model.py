"""The model: who may be chosen at all, and the steps from the highest sum to the one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import floor
from typing import NamedTuple

from ortools.sat.python import cp_model

from engine.portfolio.problem import (
    AtLeast,
    AtMost,
    AtMostEach,
    Candidate,
    Clock,
    Exclude,
    Group,
    Include,
    Limit,
    OutOfTime,
    Places,
    Threshold,
)

# Candidates whose order is settled by one solve: their weights are powers of two up to 2^30.
CHUNK = 30
ROUNDING = 1e-3  # CP-SAT tells a whole bound as a float, which may lie a little below it


class Model:
    """Which candidates are chosen; the answer of the last solve stands in `found`.

    Args:
        candidates: each key once.
        limits: all of them hold.
        named: keys of those who may be chosen without a score, beside those whom a limit includes.
    """

    def __init__(
        self, candidates: Sequence[Candidate], limits: Sequence[Limit], named: Collection[int] = ()
    ) -> None:
        self._included = {limit.key for limit in limits if isinstance(limit, Include)}
        alike = _alike(candidates, limits, self._included | set(named))
        short = sorted((candidate for row in alike for candidate in row), key=_order)
        self.candidates = {candidate.key: candidate for candidate in short}
        self.found: frozenset[int] = frozenset()
        self._is_solved = False
        self._cp = cp_model.CpModel()
        self._chosen = {key: self._cp.new_bool_var("") for key in self.candidates}
        for row in alike:
            for better, worse in zip(row, row[1:], strict=False):
                self._cp.add_implication(self._chosen[worse.key], self._chosen[better.key])
        for limit in limits:
            self._add(limit)

    def maximise(self, weights: Mapping[int, int], clock: Clock) -> int | None:
        """Solve for the highest sum of weights; returns its upper bound, None where nothing is feasible."""
        self._cp.maximize(sum(weight * self._chosen[key] for key, weight in weights.items()))
        return self._solve(clock)

    def keep_points(self, points: int) -> None:
        terms = (candidate.value * self._chosen[key] for key, candidate in self.candidates.items())
        self._cp.add(sum(terms) >= points)

    def settle_lowest(self, clock: Clock) -> None:
        """Raise the lowest score, of those that no limit includes, as far as the sum allows."""
        is_higher = True
        while is_higher and (chosen := [c.value for key, c in self._free() if key in self.found]):
            higher = self._cp.new_bool_var("")
            for key, candidate in self._free():
                if candidate.value <= min(chosen):
                    self._cp.add_implication(higher, ~self._chosen[key])
            self._cp.maximize(higher)
            is_higher = self._solve(clock) == 1
            self._cp.add(higher == is_higher)
        for key, candidate in self._free():
            if candidate.value < min(chosen, default=candidate.value + 1):
                self._cp.add(self._chosen[key] == 0)

    def settle_order(self, points: int, clock: Clock) -> None:
        """Choose those that come first among equals."""
        wanting = points - sum(self.candidates[key].value for key in self._included)
        rest = self._free()
        while rest := [(key, candidate) for key, candidate in rest if candidate.value <= wanting]:
            chunk, rest = rest[:CHUNK], rest[CHUNK:]
            weights = {key: 2 ** (len(chunk) - place) for place, (key, _candidate) in enumerate(chunk)}
            bound = self.maximise(weights, clock)
            if bound is None or bound != sum(weights[key] for key in weights if key in self.found):
                return
            for key, candidate in chunk:
                self._cp.add(self._chosen[key] == int(key in self.found))
                wanting -= candidate.value if key in self.found else 0

    def is_feasible(self, clock: Clock) -> bool:
        return self.maximise({}, clock) is not None

    def _free(self) -> list[tuple[int, Candidate]]:
        return [(key, row) for key, row in self.candidates.items() if key not in self._included]

    def _solve(self, clock: Clock) -> int | None:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        # Measured: with thousands of candidates it takes ten times as long as the search without it.
        solver.parameters.cp_model_presolve = False
        solver.parameters.max_time_in_seconds = max(0.0, clock.seconds_left)
        status = solver.solve(self._cp)
        if status == cp_model.INFEASIBLE:
            return None
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._is_solved = True
            self.found = frozenset(key for key, chosen in self._chosen.items() if solver.value(chosen))
            return floor(solver.best_objective_bound + ROUNDING)
        if self._is_solved:
            return None
        raise OutOfTime

    def _add(self, limit: Limit) -> None:
        match limit:
            case Places(number):
                self._cp.add(sum(self._chosen.values()) <= number)
            case AtMostEach(family):
                groups = {group for row in self.candidates.values() for group in row.groups}
                for group in sorted(group for group in groups if group[0] == family):
                    self._cp.add(self._count(group) <= limit.room(group))
            case AtMost(group, number):
                self._cp.add(self._count(group) <= number)
            case AtLeast(group):
                self._cp.add(self._count(group) >= limit.wanted)
            case Threshold(score):
                for key, candidate in self.candidates.items():
                    if candidate.score is None or candidate.score < score:
                        self._cp.add(self._chosen[key] == 0)
            case Include(key):
                self._cp.add(self._chosen[key] == 1)
            case Exclude(key) if key in self._chosen:
                self._cp.add(self._chosen[key] == 0)

    def _count(self, group: Group) -> cp_model.LinearExprT:
        return sum(self._chosen[key] for key, row in self.candidates.items() if group in row.groups)


def _order(candidate: Candidate) -> tuple[int, str]:
    return (-candidate.value, candidate.reference)


def _alike(
    candidates: Sequence[Candidate], limits: Sequence[Limit], named: set[int]
) -> list[list[Candidate]]:
    """Return the candidates that an answer can hold, in rows of those that the limits cannot tell apart.

    Each row is in order. A named candidate is a row of its own; nobody else is left out for it.
    """
    matters = _what_matters(limits)
    excluded = {limit.key for limit in limits if isinstance(limit, Exclude)}
    lowest = max((limit.score for limit in limits if isinstance(limit, Threshold)), default=0)
    rows: dict[frozenset[Group], list[Candidate]] = defaultdict(list)
    for row in candidates:
        is_possible = row.score is not None and row.score >= lowest and row.key not in excluded
        if is_possible and row.key not in named:
            groups = frozenset(g for g in row.groups if g in matters.groups or g[0] in matters.families)
            rows[groups].append(row)
    return [
        *([row] for row in candidates if row.key in named),
        *(sorted(row, key=_order)[: _most_chosen(groups, limits)] for groups, row in rows.items()),
    ]


class _Matters(NamedTuple):
    groups: set[Group]
    families: set[str]


def _what_matters(limits: Sequence[Limit]) -> _Matters:
    return _Matters(
        {limit.group for limit in limits if isinstance(limit, AtMost | AtLeast)},
        {limit.family for limit in limits if isinstance(limit, AtMostEach)},
    )


def _most_chosen(groups: frozenset[Group], limits: Sequence[Limit]) -> int:
    """How many with these groups an answer can hold, or need; see the top of the package."""
    places = [limit.number for limit in limits if isinstance(limit, Places)]
    most = min(places) if places else sum(limit.wanted for limit in limits if isinstance(limit, AtLeast))
    for limit in limits:
        match limit:
            case AtMost(group, number) if group in groups:
                most = min(most, number)
            case AtMostEach(family):
                most = min([most, *(limit.room(group) for group in groups if group[0] == family)])
    return most
