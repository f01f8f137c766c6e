"""From the relaxation to a whole answer that is proven best, widening the pool of teams step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.engine.budget import Budget
from matching.engine.calendar import Calendar
from matching.engine.criteria import Instance
from matching.engine.incumbent import Incumbent, score_sum
from matching.engine.integer import Chosen, PoolModel
from matching.engine.pricing import SCALE, Goal
from matching.engine.relaxation import Relaxation, Relaxed
from matching.engine.teams import Team, TeamTable

# Points below the bound that a pool must cover; each is tried if the one before held no answer.
WIDENINGS = (0, 2, 10, 50, 250, 10**3, 10**4, 10**6, 10**8)
POOL_LIMIT = 60_000  # teams; beyond it the integer step would not end


@dataclass(frozen=True)
class Whole:
    """A whole answer to a goal: ``proven`` if no answer has a higher value."""

    teams: tuple[Team, ...] | None
    value: int | None
    proven: bool


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

    def take(self, teams: Sequence[Team] | None) -> None:
        """Remember the teams of an answer, and the answer itself if it is the best so far."""
        for team in teams or ():
            self.relaxation.know(team)
        if teams is not None:
            self.incumbent.offer(teams)
            self.budget.best = score_sum(self.incumbent.teams)

    def whole(self, relaxed: Relaxed, phase: str, is_enough: Callable[[int], bool] | None = None) -> Whole:
        """Return the best whole answer to the goal of a relaxation.

        Args:
            is_enough: a value that needs no improvement even if a higher one may exist.
        """
        goal = relaxed.goal
        best: tuple[Team, ...] | None = None
        value: int | None = None
        teams = relaxed.whole()
        if teams is not None:
            best, value = tuple(teams), sum(goal.value(team) for team in teams)
            self.take(best)
        for points in WIDENINGS:
            if value is not None and (
                value >= relaxed.bound // SCALE or (is_enough is not None and is_enough(value))
            ):
                return Whole(best, value, value >= relaxed.bound // SCALE)
            self.budget.tell(phase)
            gap = relaxed.bound % SCALE + points * SCALE
            if value is not None:
                gap = min(gap, relaxed.bound - value * SCALE)
            pool = self.relaxation.pool(relaxed, gap)
            if len(pool) > POOL_LIMIT or self.budget.is_over():
                break
            chosen = self._choose(goal, relaxed, pool, best, is_enough)
            if chosen.teams is not None:
                self.take(chosen.teams)
                best, value = chosen.teams, sum(goal.value(team) for team in chosen.teams)
                if chosen.proven and value * SCALE >= relaxed.bound - gap:
                    return Whole(best, value, True)
        return Whole(best, value, False)

    def _choose(
        self,
        goal: Goal,
        relaxed: Relaxed,
        pool: Sequence[Team],
        known: tuple[Team, ...] | None,
        is_enough: Callable[[int], bool] | None,
    ) -> Chosen:
        model = PoolModel(self.calendar, pool, goal.bands, len(self.tables))
        total = model.total(goal.value)
        model.model.add(total <= relaxed.bound // SCALE)
        model.model.maximize(total)
        model.hint(known)
        return model.solve(self.budget, self.threads, is_enough)
