"""The linear relaxation over all teams, by column and row generation, with a bound in whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from engine.budget import Budget
from engine.search.calendar import Calendar
from engine.search.cuts import ClashRow, ClashRows
from engine.search.master import WHOLE, Fractional, Master
from engine.search.pricing import SCORE_LIMIT, Goal, PricedTeams, Prices
from engine.search.schedules import Schedule, Schedules
from engine.search.teams import Team, TeamTable

FIRST_TEAMS = 10  # best columns per region and size to start from
MASTERS = 2  # linear programmes kept: of the goal that is pursued, and of asking whether it is possible
NO_WORTH = np.zeros(SCORE_LIMIT + 1, dtype=np.int64)


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the relaxation, or the best that time allowed.

    Attributes:
        goal: what was maximised.
        bound: no whole answer is worth more; thousandths of a point.
        best: highest worth of any team per region under ``prices``; thousandths of a point.
        answer: teams with their weight, 0 to 1; empty if time ran out before the first. It may break rules
            whose rows are not known yet, so that only what is admitted as an answer counts as one.
        left_out: weight of the regions for which the relaxation found nothing that the goal admits; above 0,
            the goal may be impossible.
    """

    goal: Goal
    bound: int
    best: tuple[int, ...]
    prices: Prices
    answer: Fractional
    left_out: float = 0.0

    def whole(self) -> list[Team] | None:
        """Return the teams if every weight is 0 or 1; they may still break a rule."""
        teams = [team for team, weight in self.answer if weight > 1 - WHOLE]
        return teams if self.answer and len(teams) == len(self.best) else None


class Relaxation:
    """Columns and clash rows found so far serve every later goal."""

    def __init__(self, calendar: Calendar, tables: Sequence[TeamTable], budget: Budget) -> None:
        self.calendar = calendar
        self.tables = tables
        self.budget = budget
        self.teams: dict[tuple[int, tuple[int, ...]], Team] = {}
        self.rows: list[ClashRow] = []
        self.schedules: dict[Schedule, None] = {}
        self._clash_rows = ClashRows(calendar)
        self.agendas: dict[int, Schedules] = {}
        self._known_rows: set[ClashRow] = set()
        self._masters: list[Master] = []
        self._is_wide = any(table.everyone is not None for table in tables)
        for table in tables:
            self.know(table.no_team())
            for team in table.best_teams(FIRST_TEAMS):
                self.know(team)

    def know(self, team: Team) -> bool:
        """Remember a team; return whether it is new."""
        return self.teams.setdefault((team.region, team.members), team) is team

    def keep(self, rows: Iterable[ClashRow]) -> None:
        """Hold every answer from now on to some rows that are not known yet."""
        fresh = [row for row in rows if row not in self._known_rows]
        self.rows += fresh
        self._known_rows.update(fresh)

    def solve(self, goal: Goal, phase: str, enough: int | None = None) -> Relaxed:
        """Maximise a goal over all teams, known or not.

        Args:
            enough: a bound below which the rest does not matter: the search for it then stops, with the
                answer that it has; thousandths of a point.
        """
        master = self._master_for(goal)
        best: Relaxed | None = None
        while True:
            if not master.solve(self.budget.left):
                return best or self._trivial(goal)
            answer, left_out, prices, dual = master.reading()
            prices, is_new = self._schedule(prices)
            relaxed, fresh = self._price(goal, prices, dual, answer, is_quick=True)
            if self._is_wide and fresh and not self.budget.is_over():
                relaxed = best or self._trivial(goal)
            elif self._is_wide:
                relaxed, fresh = self._price(goal, prices, dual, answer)
            if best is None or relaxed.bound < best.bound:
                best = relaxed
            best = replace(best, answer=answer, left_out=left_out)
            if enough is not None and best.bound < enough:
                return best
            fresh_rows = [row for row in self._clash_rows.broken(answer) if row not in self._known_rows]
            self.budget.tell(phase)
            is_new |= self._lay_out()
            if not fresh and not fresh_rows and not is_new:
                return best
            self.keep(fresh_rows)
            master.catch_up(self)

    def plan(self, schedules: Iterable[Schedule]) -> None:
        """Hold experts to their schedules from now on, and remember those that are known."""
        for schedule in schedules:
            self._clash_rows.planned.add(schedule.expert)
            self.schedules.setdefault(schedule)
        self._lay_out()

    def _lay_out(self) -> bool:
        """Lay out the schedules of experts who are to be held to them; return whether any is new."""
        fresh = sorted(self._clash_rows.planned - self.agendas.keys())
        self.agendas.update((expert, Schedules(self.calendar, expert)) for expert in fresh)
        return bool(fresh)

    def _schedule(self, prices: Prices) -> tuple[Prices, bool]:
        """Return prices with the most that schedules can earn, and whether one was found that is new."""
        before, most = len(self.schedules), 0
        for expert, items in prices.items.items():
            schedule, value = self.agendas[expert].dearest(items, self.budget)
            most += value
            if schedule is not None:
                self.schedules.setdefault(schedule)
        return replace(prices, schedules=most), len(self.schedules) > before

    def _master_for(self, goal: Goal) -> Master:
        """Return the linear programme of a goal: a former one, if they differ in whom they admit."""
        known = [master for master in self._masters if master.serves(goal)]
        master = known[0] if known else Master(goal, self.tables, self.calendar.capacity)
        self._masters = [master, *(other for other in self._masters if other is not master)][:MASTERS]
        master.catch_up(self)
        master.turn_to(goal)
        return master

    def _price(
        self,
        goal: Goal,
        prices: Prices,
        dual: Sequence[float] | None,
        answer: Fractional,
        *,
        is_quick: bool = False,
    ) -> tuple[Relaxed, list[Team]]:
        """Return the bound under some prices, which holds unless quick, and teams worth more than known."""
        priced = PricedTeams(self.tables, goal, prices)
        fresh: list[Team] = []
        best: list[int] = []
        for table in self.tables:
            known = None if dual is None else round(dual[table.index])
            highest, better = priced.improve(table, known, is_quick=is_quick)
            best.append(highest)
            fresh += [team for team in better if self.know(team)]
        bound = sum(best) + prices.fixed(self.calendar.capacity)
        return Relaxed(goal, bound, tuple(best), prices, answer), fresh

    def is_impossible(self, goal: Goal, phase: str) -> bool:
        """Return whether prices prove that no whole answer meets the goal; False says nothing."""
        nothing = replace(goal, worth=NO_WORTH, change_cost=0, marks=None, imbalance=0)
        return self.solve(nothing, phase, enough=0).bound < 0

    def _trivial(self, goal: Goal) -> Relaxed:
        """Return the bound that holds before any linear programme: each region for itself."""
        experts = np.zeros(len(self.calendar.capacity), dtype=np.int64)
        return self._price(goal, Prices(experts), None, ())[0]

    def pool(self, relaxed: Relaxed, gap: int, most: int, firsts: Sequence[int] | None = None) -> list[Team]:
        """Return every team that a whole answer worth at least ``bound - gap`` can contain.

        Args:
            gap: thousandths of a point, at least 0.
            most: if there are more teams than this, only one more is returned.
            firsts: for each region the first that is like it, which then has the teams of both.
        """
        priced = PricedTeams(self.tables, relaxed.goal, relaxed.prices)
        by_region = (priced.above(table, relaxed.best[table.index] - gap) for table in self.tables)
        teams: Iterable[Team] = chain.from_iterable(by_region)
        if firsts is not None:
            teams = _each_once(team.of(firsts[team.region]) for team in teams)
        return list(islice(teams, most + 1))


def _each_once(teams: Iterable[Team]) -> Iterator[Team]:
    seen: set[Team] = set()
    for team in teams:
        if team not in seen:
            seen.add(team)
            yield team
