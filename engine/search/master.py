"""The linear programme over the teams, rows and schedules that are known so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import numpy as np

from engine.linear import LinearProgram
from engine.problem.criteria import Ints
from engine.search.calendar import Item
from engine.search.cuts import ANYBODY, ClashRow
from engine.search.pricing import SCALE, SCORE_LIMIT, Goal, Prices
from engine.search.schedules import Schedule, Schedules
from engine.search.teams import Team, TeamTable

Fractional = tuple[tuple[Team, float], ...]  # teams with their weight, 0 to 1

WHOLE = 1e-6
LEFT_OUT_SPREAD = 10  # leaving out a region, which only the relaxation may, outweighs several others


class Known(Protocol):
    """What is known so far; everything is only ever added to."""

    teams: dict[tuple[int, tuple[int, ...]], Team]
    rows: list[ClashRow]
    schedules: dict[Schedule, None]
    agendas: dict[int, Schedules]


class Master:
    """The linear programme over the known columns and rows, for goals that differ only in whom they admit."""

    def __init__(self, goal: Goal, tables: Sequence[TeamTable], capacity: Ints) -> None:
        self.goal = goal
        self.capacity = capacity
        self.programme = LinearProgram()
        self._unit = max(1.0, float(np.abs(goal.worth).max()) / SCORE_LIMIT)  # solvers want small numbers
        self.regions = [self.programme.add_row(1.0, low=1.0) for _ in tables]
        self.bands = [(self.programme.add_row(float(band.limit)), band) for band in goal.bands]
        self.experts: dict[int, int] = {}
        self.clashes: list[tuple[int, ClashRow]] = []
        self._clashes_at: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        self.columns: list[Team] = []
        self._places: list[int] = []  # of the columns in the programme
        self._item_rows: dict[int, dict[Item, int]] = {}
        self._one_schedule: dict[int, int] = {}
        self._schedules = 0
        self._closed: set[int] = set()
        spread = int(goal.worth.max() - goal.worth.min()) + 1
        self._left_out = [
            self.programme.add_column(
                float(goal.worth.min() - spread * LEFT_OUT_SPREAD) / self._unit, [(row, 1.0)]
            )
            for row in self.regions
        ]

    def serves(self, goal: Goal) -> bool:
        mine = self.goal
        is_same = mine.change_cost == goal.change_cost and mine.bands == goal.bands
        is_same &= mine.marks is goal.marks and mine.imbalance == goal.imbalance
        return is_same and np.array_equal(mine.worth, goal.worth)

    def turn_to(self, goal: Goal) -> None:
        """Close the columns that the goal does not admit, and open the others."""
        self.goal = goal
        for column, team in zip(self._places, self.columns, strict=True):
            if goal.admits(team) == (column in self._closed):
                self._closed ^= {column}
                self.programme.open_column(column, column not in self._closed)

    def catch_up(self, relaxation: Known) -> None:
        """Take up the rows, the schedules and the teams that became known meanwhile."""
        for row in relaxation.rows[len(self.clashes) :]:
            self._add_row(row)
        for expert, agenda in islice(relaxation.agendas.items(), len(self._item_rows), None):
            self._add_items(expert, agenda.items)
        for schedule in islice(relaxation.schedules, self._schedules, None):
            rows = self._item_rows[schedule.expert]
            held = ((rows[item], -1.0) for item in schedule.items)
            self.programme.add_column(0.0, [(self._one_schedule[schedule.expert], 1.0), *held])
        self._schedules = len(relaxation.schedules)
        for team in islice(relaxation.teams.values(), len(self.columns), None):
            coefficients = tuple(self._coefficients(team))
            column = self.programme.add_column(self.goal.value(team) / self._unit, coefficients)
            self._places.append(column)
            self.columns.append(team)

    def _add_items(self, expert: int, items: Iterable[Item]) -> None:
        """Let the teams that have an expert take no more of each item than the schedules chosen hold."""
        self._one_schedule[expert] = self.programme.add_row(1.0)
        rows = self._item_rows[expert] = {item: self.programme.add_row(0.0) for item in items}
        for column, team in zip(self._places, self.columns, strict=True):
            if expert in team.members:
                slot = team.slots[team.members.index(expert)]
                self.programme.set_coefficient(rows[team.region, slot], column, 1.0)

    def _add_row(self, clash: ClashRow) -> None:
        row = self.programme.add_row(float(clash.limit))
        self.clashes.append((row, clash))
        for (region, slot), weight in clash.weights:
            self._clashes_at.setdefault((clash.expert, region, slot), []).append((row, weight))
        weights = dict(clash.weights)
        for column, team in zip(self._places, self.columns, strict=True):
            if clash.expert == ANYBODY or clash.expert in team.members:
                at = 0 if clash.expert == ANYBODY else team.members.index(clash.expert)
                weight = weights.get((team.region, team.slots[at]), 0) if team.members else 0
                if weight:
                    self.programme.set_coefficient(row, column, float(weight))

    def _coefficients(self, team: Team) -> Iterator[tuple[int, float]]:
        yield self.regions[team.region], 1.0
        for expert, slot in _places(team):
            if expert not in self.experts:
                self.experts[expert] = self._add_expert(expert)
            yield self.experts[expert], 1.0
            for who in (expert, ANYBODY):
                for row, weight in self._clashes_at.get((who, team.region, slot), ()):
                    yield row, float(weight)
            if expert in self._item_rows:
                yield self._item_rows[expert][team.region, slot], 1.0
        for row, band in self.bands:
            if team.score < band.below:
                yield row, 1.0

    def _add_expert(self, expert: int) -> int:
        """Return a row that lets an expert take so many regions, each further one dearer if it counts."""
        most = min(int(self.capacity[expert]), len(self.regions))
        steps = range(1, most if self.goal.imbalance else 1)
        row = self.programme.add_row(float(most - len(steps)))
        for step in steps:
            self.programme.add_column(-step * self.goal.imbalance / self._unit, [(row, -1.0)], high=1.0)
        return row

    def solve(self, seconds: float) -> bool:
        return seconds > 0 and self.programme.solve(seconds)

    def reading(self) -> tuple[Fractional, float, Prices, list[float]]:
        """Return the answer, what is left out, the prices, and the dual of each region in thousandths."""
        dual = [price * self._unit for price in self.programme.prices()]
        values = self.programme.values()
        left_out = sum(values[: len(self._left_out)])
        weights = ((team, values[place]) for team, place in zip(self.columns, self._places, strict=True))
        answer = tuple((team, value) for team, value in weights if value > WHOLE)
        experts = np.zeros(len(self.capacity), dtype=np.int64)
        for expert, row in self.experts.items():
            experts[expert] = _whole_price(dual[row])
        prices = Prices(
            experts,
            tuple((clash, _whole_price(dual[row])) for row, clash in self.clashes),
            tuple((band, _whole_price(dual[row])) for row, band in self.bands),
            {
                expert: {item: price for item, row in rows.items() if (price := _whole_price(dual[row]))}
                for expert, rows in self._item_rows.items()
            },
            step=self.goal.imbalance * SCALE,
        )
        return answer, left_out, prices, [dual[row] * SCALE for row in self.regions]


def _whole_price(dual: float) -> int:
    return max(0, round(dual * SCALE))


def _places(team: Team) -> Iterator[tuple[int, int]]:
    return zip(team.members, team.slots, strict=True)
