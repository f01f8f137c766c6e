"""The linear relaxation over all teams, by column and row generation, with a bound in whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.budget import Budget
from matching.engine.calendar import Calendar
from matching.engine.cuts import ClashRow, violated_rows
from matching.engine.linear import LinearProgram
from matching.engine.pricing import SCALE, Goal, PricedTeams, Prices
from matching.engine.teams import Team, TeamTable

FIRST_TEAMS = 30  # best columns per region and size to start from
WHOLE = 1e-6
MARGIN = 0.5  # thousandths of a point: below it a column is not worth a round


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the relaxation, or the best that time allowed.

    Attributes:
        goal: what was maximised.
        bound: no whole answer is worth more; thousandths of a point.
        best: highest worth of any team per region under ``prices``; thousandths of a point.
        answer: teams with their weight, 0 to 1; empty if time ran out before the first.
    """

    goal: Goal
    bound: int
    best: tuple[int, ...]
    prices: Prices
    answer: tuple[tuple[Team, float], ...]

    def whole(self) -> list[Team] | None:
        """Return the teams if every weight is 0 or 1."""
        teams = [team for team, weight in self.answer if weight > 1 - WHOLE]
        is_whole = bool(self.answer) and len(teams) == len(self.best)
        return teams if is_whole and not any(self.goal.is_left_out(team) for team in teams) else None


class Relaxation:
    """Columns and clash rows found so far serve every later goal."""

    def __init__(self, calendar: Calendar, tables: Sequence[TeamTable], budget: Budget) -> None:
        self.calendar = calendar
        self.tables = tables
        self.budget = budget
        self.teams: dict[tuple[int, tuple[int, ...]], Team] = {}
        self.rows: list[ClashRow] = []
        for table in tables:
            self.know(table.no_team())
            for team in table.best_teams(FIRST_TEAMS):
                self.know(team)

    def know(self, team: Team) -> bool:
        """Remember a team; return whether it is new."""
        return self.teams.setdefault((team.region, team.members), team) is team

    def solve(self, goal: Goal, phase: str) -> Relaxed:
        """Maximise a goal over all teams, known or not."""
        master = _Master(goal, self)
        best: Relaxed | None = None
        while True:
            if not master.solve(self.budget.left):
                return best or self._trivial(goal)
            answer, prices, dual = master.reading()
            relaxed, fresh = self._price(goal, prices, dual, answer)
            if best is None or relaxed.bound < best.bound:
                best = relaxed
            best = Relaxed(goal, best.bound, best.best, best.prices, answer)
            fresh_rows = [row for row in violated_rows(self.calendar, answer) if row not in master.known_rows]
            self.budget.tell(phase)
            if not fresh and not fresh_rows:
                return best
            self.rows += fresh_rows
            master.extend(fresh, fresh_rows)

    def _price(
        self, goal: Goal, prices: Prices, dual: Sequence[float], answer: tuple[tuple[Team, float], ...]
    ) -> tuple[Relaxed, list[Team]]:
        priced = PricedTeams(self.tables, goal, prices)
        fresh: list[Team] = []
        best: list[int] = []
        for table in self.tables:
            highest, better = priced.improve(table, dual[table.index] + MARGIN)
            best.append(highest)
            fresh += [team for team in better if self.know(team)]
        bound = sum(best) + prices.fixed(self.calendar.capacity)
        return Relaxed(goal, bound, tuple(best), prices, answer), fresh

    def _trivial(self, goal: Goal) -> Relaxed:
        """Return the bound that holds before any linear programme: each region for itself."""
        experts = np.zeros(len(self.calendar.capacity), dtype=np.int64)
        return self._price(goal, Prices(experts, (), ()), [float("inf")] * len(self.tables), ())[0]

    def pool(self, relaxed: Relaxed, gap: int) -> list[Team]:
        """Return every team that a whole answer worth at least ``bound - gap`` can contain.

        Args:
            gap: thousandths of a point, at least 0.
        """
        priced = PricedTeams(self.tables, relaxed.goal, relaxed.prices)
        return [
            team
            for table in self.tables
            for team in priced.above(table, relaxed.best[table.index] - gap)
            if not relaxed.goal.is_left_out(team)
        ]


class _Master:
    """The linear programme over the known columns and rows, for one goal."""

    def __init__(self, goal: Goal, relaxation: Relaxation) -> None:
        self.goal = goal
        self.capacity = relaxation.calendar.capacity
        self.programme = LinearProgram()
        self.regions = [self.programme.add_row(1.0, low=1.0) for _ in relaxation.tables]
        self.bands = [(self.programme.add_row(float(band.limit)), band) for band in goal.bands]
        self.experts: dict[int, int] = {}
        self.clashes: list[tuple[int, ClashRow]] = []
        self.known_rows: set[ClashRow] = set()
        self._clashes_at: dict[tuple[int, int, int], list[int]] = {}
        self.columns: list[Team] = []
        self.extend((team for team in relaxation.teams.values() if goal.admits(team)), relaxation.rows)

    def extend(self, teams: Iterable[Team], rows: Iterable[ClashRow]) -> None:
        for row in rows:
            self._add_row(row)
        for team in teams:
            self.programme.add_column(float(self.goal.value(team)), self._coefficients(team))
            self.columns.append(team)

    def _add_row(self, clash: ClashRow) -> None:
        row = self.programme.add_row(float(clash.limit))
        self.clashes.append((row, clash))
        self.known_rows.add(clash)
        for region, slot in clash.items:
            self._clashes_at.setdefault((clash.expert, region, slot), []).append(row)
        for column, team in enumerate(self.columns):
            if clash.expert in team.members and clash.holds(team):
                self.programme.set_coefficient(row, column, 1.0)

    def _coefficients(self, team: Team) -> Iterator[tuple[int, float]]:
        yield self.regions[team.region], 1.0
        for expert, slot in _places(team):
            if expert not in self.experts:
                self.experts[expert] = self.programme.add_row(float(self.capacity[expert]))
            yield self.experts[expert], 1.0
            for row in self._clashes_at.get((expert, team.region, slot), ()):
                yield row, 1.0
        for row, band in self.bands:
            if team.score < band.below and not self.goal.is_left_out(team):
                yield row, 1.0

    def solve(self, seconds: float) -> bool:
        return seconds > 0 and self.programme.solve(seconds)

    def reading(self) -> tuple[tuple[tuple[Team, float], ...], Prices, list[float]]:
        """Return the answer, the rounded prices, and the dual value of each region in thousandths."""
        dual = self.programme.prices()
        values = zip(self.columns, self.programme.values(), strict=True)
        answer = tuple((team, value) for team, value in values if value > WHOLE)
        experts = np.zeros(len(self.capacity), dtype=np.int64)
        for expert, row in self.experts.items():
            experts[expert] = _whole_price(dual[row])
        prices = Prices(
            experts,
            tuple((clash, _whole_price(dual[row])) for row, clash in self.clashes),
            tuple((band, _whole_price(dual[row])) for row, band in self.bands),
        )
        return answer, prices, [dual[row] * SCALE for row in self.regions]


def _whole_price(dual: float) -> int:
    return max(0, round(dual * SCALE))


def _places(team: Team) -> Iterator[tuple[int, int]]:
    return zip(team.members, team.slots, strict=True)
