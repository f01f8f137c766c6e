"""From the relaxation to a whole answer that is proven best, widening the pool of teams step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

from engine.budget import Budget
from engine.problem.criteria import Instance, Ints
from engine.search.alike import Firsts, alike, alike_under
from engine.search.branching import CLEAR, split_by_band, split_by_pair
from engine.search.calendar import Calendar
from engine.search.incumbent import Incumbent, rounded, score_sum
from engine.search.integer import Chosen, PoolModel
from engine.search.marks import NEARER, all_marks, together
from engine.search.pricing import SCALE, Goal
from engine.search.relaxation import Relaxation, Relaxed
from engine.search.teams import Team, TeamTable

# Points below the bound that a pool must cover; each is tried if the one before held no answer.
WIDENINGS = (0, 2, 10, 50, 250, 10**3, 10**4, 10**6, 10**8)
EASY_TIES = 3_000  # teams; with more, it is faster to ask first which of them can matter
DRAWN = 10_000  # teams from which one of very many equal answers is made
EASY_POOL = 800  # teams; with more, it is faster to split the case first
HARDLY_MORE = 3  # times as many teams: to look at all of them at once is faster than step by step
POOL_LIMIT = 60_000  # teams; no model takes more

Found = tuple[tuple[Team, ...] | None, int | None]  # an answer and its value, as far as there are any


@dataclass(frozen=True)
class Whole:
    """A whole answer to a goal: ``proven`` if no answer has a higher value.

    ``leaves`` are relaxations one of which holds for any answer; the highest of their bounds is proven.
    """

    teams: tuple[Team, ...] | None
    value: int | None
    proven: bool
    leaves: tuple[Relaxed, ...]

    @property
    def bound(self) -> int:
        """Return the points that no answer can exceed."""
        bound = max(leaf.bound for leaf in self.leaves) // SCALE
        return self.value if self.proven and self.value is not None else bound


@dataclass
class Search:
    """What the objectives share while they are settled one after another."""

    instance: Instance
    tables: Sequence[TeamTable]
    calendar: Calendar
    relaxation: Relaxation
    incumbent: Incumbent
    budget: Budget
    threads: int
    demanded: int | None = None  # region that every answer serves

    def floors(self, lowest: Iterable[int]) -> tuple[int, ...]:
        """Return the lowest score of each region, so that the demanded one is never without a team."""
        return tuple(
            max(0, floor) if region == self.demanded else floor for region, floor in enumerate(lowest)
        )

    def take(self, teams: Sequence[Team], *, among_equals: bool = False) -> bool:
        """Keep an answer if it is the best so far, or among equals the one to be preferred.

        Returns:
            Whether the answer keeps every hard rule; if not, nothing may rest on it.
        """
        is_admitted = self.incumbent.offer(teams, among_equals=among_equals)
        self.budget.best = score_sum(self.incumbent.teams)
        return is_admitted

    def learn(self, teams: Iterable[Team] | None) -> None:
        """Let the relaxation know the teams of an answer."""
        for team in teams or ():
            self.relaxation.know(team)

    def choose(self, model: PoolModel, is_enough: Callable[[int], bool] | None = None) -> Chosen:
        """Return and take the best answer to a model that the time left allows."""
        chosen = model.solve(self.budget, self.threads, is_enough)
        if chosen.teams is not None and not self.take(chosen.teams):
            return Chosen(None, False)
        return chosen

    def whole(
        self, relaxed: Relaxed, phase: str, *, unit: int = 1, beat: int | None = None, most_cases: float = inf
    ) -> Whole:
        """Return the best whole answer to the goal of a relaxation.

        Where the relaxation cannot say whether a region lies below a band, or has an expert, each case is
        looked at alone: that closes gaps which no pool of teams would.

        Args:
            unit: values are compared in multiples of it, rounded down; points.
            beat: a value that is known already; answers that are no better are not sought.
            most_cases: after so many, the rest is left undecided.
        """
        cases, leaves, proven = [relaxed], list[Relaxed](), True
        best, beat = self._drawn(relaxed, phase, unit, beat)
        while cases and len(leaves) + len(cases) <= most_cases:
            cases.sort(key=lambda case: case.bound)
            case = cases.pop()
            if beat is not None and _rank(case, unit) <= beat // unit:
                leaves.append(case)
                continue
            if self._is_impossible(case, phase):
                continue
            goals = [] if self.budget.is_over() or self._has_alike(case.goal) else split_by_band(case)
            if not goals:
                teams, is_best = self._best_within(case, phase, unit, beat)
                if teams is not None:
                    best, beat = teams, sum(case.goal.value(team) for team in teams)
                goals = [] if is_best or self.budget.is_over() else split_by_pair(case)
                proven &= is_best or bool(goals)
            if goals:
                enough = None if beat is None else (beat // unit + 1) * unit * SCALE
                cases += [self.relaxation.solve(goal, phase, enough) for goal in goals]
            else:
                leaves.append(case)
        self.save(relaxed)
        proven, leaves = proven and not cases, [*leaves, *cases]
        if beat is not None:
            leaves = [leaf for leaf in leaves if leaf.bound // SCALE >= beat]
        return Whole(best, beat, proven, tuple(leaves) or (relaxed,))

    def _drawn(self, case: Relaxed, phase: str, unit: int, beat: int | None) -> Found:
        """Return an answer as good as the bound, of a few of very many equal teams, with its value.

        Where the relaxation may mix thousands of them, marks tell which it takes. Without such an answer
        there is None, with the value that was known.
        """
        if case.left_out > CLEAR or case.whole() or (beat is not None and _rank(case, unit) <= beat // unit):
            return None, beat
        firsts = alike_under(case.goal, self.firsts)
        if len(self.relaxation.pool(case, case.bound % SCALE, EASY_TIES, firsts)) <= EASY_TIES:
            return None, beat
        drawn = self.relaxation.solve(together(case.goal, self.marks), phase)
        for gap in NEARER:
            pool = self.relaxation.pool(drawn, gap * SCALE, DRAWN)
            if len(pool) > DRAWN or self.budget.is_over():
                return None, beat
            chosen = self._choose(case, pool, unit, _rank(case, unit) * unit)
            if chosen.teams is not None:
                self.learn(chosen.teams)
                return chosen.teams, sum(map(case.goal.value, chosen.teams))
        return None, beat

    @cached_property
    def marks(self) -> Ints:
        """Return the mark of every candidate in every slot, shape (regions, 5, experts)."""
        return all_marks(self.instance)

    @cached_property
    def firsts(self) -> Firsts:
        """Return for each region the first that is like it."""
        return alike(self.instance, self.calendar, self.tables)

    def _has_alike(self, goal: Goal) -> bool:
        """Whether a goal asks the same of alike regions: to split it would be to ask it of each."""
        return any(first != region for region, first in enumerate(alike_under(goal, self.firsts)))

    def _is_impossible(self, case: Relaxed, phase: str) -> bool:
        return case.left_out > CLEAR and self.relaxation.is_impossible(case.goal, phase)

    def save(self, relaxed: Relaxed) -> None:
        """Make a whole answer of a relaxation, if there is no time left to do better."""
        if relaxed.answer and self.budget.is_over():
            self.take(rounded(self.calendar, self.tables, relaxed.answer))

    def _best_within(
        self, case: Relaxed, phase: str, unit: int, beat: int | None
    ) -> tuple[tuple[Team, ...] | None, bool]:
        """Return the best answer of a case if it beats what is known, from pools that widen.

        The second value says whether nothing in this case is better.
        """
        best = self._first(case, unit, beat)
        if best is not None:
            beat = sum(case.goal.value(team) for team in best)
        for points in WIDENINGS:
            if beat is not None and _rank(case, unit) <= beat // unit:
                return best, True
            if self.budget.is_over():
                return best, False
            self.budget.tell(phase)
            target = None if beat is None else (beat // unit + 1) * unit
            gap = case.bound % SCALE + points * SCALE
            if target is not None:
                gap = min(gap, case.bound - target * SCALE)
            pool, gap = self._pool(case, gap, target)
            is_hard = len(pool) > EASY_POOL and not self._has_alike(case.goal) and split_by_pair(case)
            is_large = len(pool) > POOL_LIMIT or is_hard
            if self.budget.is_over() or is_large:
                return best, False
            chosen = self._choose(case, pool, unit, target)
            if chosen.teams is not None:
                self.learn(chosen.teams)
                best, beat = chosen.teams, sum(case.goal.value(team) for team in chosen.teams)
            covered = beat is not None and (beat // unit + 1) * unit * SCALE >= case.bound - gap
            if chosen.proven and covered:
                return best, True
        return best, chosen.proven and beat is None

    def _pool(self, case: Relaxed, gap: int, target: int | None) -> tuple[list[Team], int]:
        """Return the teams within a gap of the bound, or all that matter where these are hardly more."""
        firsts = alike_under(case.goal, self.firsts)
        pool = self.relaxation.pool(case, gap, POOL_LIMIT, firsts)
        if target is None or gap == case.bound - target * SCALE or len(pool) <= EASY_POOL:
            return pool, gap
        most = min(POOL_LIMIT, HARDLY_MORE * len(pool))
        whole = self.relaxation.pool(case, case.bound - target * SCALE, most, firsts)
        return (whole, case.bound - target * SCALE) if len(whole) <= most else (pool, gap)

    def _first(self, case: Relaxed, unit: int, beat: int | None) -> tuple[Team, ...] | None:
        """Return the answer that a relaxation gives by itself, if it is one and beats what is known."""
        teams = case.whole()
        if teams is None or not self.take(teams):
            return None
        value = sum(case.goal.value(team) for team in teams)
        return tuple(teams) if beat is None or value // unit > beat // unit else None

    def _choose(self, case: Relaxed, pool: Sequence[Team], unit: int, target: int | None) -> Chosen:
        goal = case.goal
        model = PoolModel(self.calendar, pool, goal.bands, alike_under(goal, self.firsts))
        total = model.total(goal.value)
        model.model.add(total <= case.bound // SCALE)
        if target is not None:
            model.model.add(total >= target)
        model.model.maximize(total)
        is_enough = None if unit == 1 else lambda value: value // unit >= _rank(case, unit)
        return self.choose(model, is_enough)


def _rank(case: Relaxed, unit: int) -> int:
    return case.bound // SCALE // unit
