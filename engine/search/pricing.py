"""Prices of experts turned into whole numbers: what any team is worth after them, and so a proven bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.problem.criteria import Ints, RegionCriteria
from engine.search.calendar import Item
from engine.search.cuts import ANYBODY, ClashRow
from engine.search.narrowing import narrowed
from engine.search.teams import FORBIDDEN_VALUE, Block, Costs, Team, TeamTable, team_table, top_positions

SCALE = 1000  # prices are whole thousandths of a point, so that a bound is the same on every machine
SCORE_LIMIT = 1100  # above any score: rounding can lift the sum of all criteria a little over 1000
NEW_TEAMS = 6  # best new columns per region, size and round


@dataclass(frozen=True, slots=True)
class BandRow:
    """At most ``limit`` regions score below ``below``."""

    below: int
    limit: int


@dataclass(frozen=True)
class Goal:
    """What to maximise, with what former objectives have fixed.

    Attributes:
        worth: value of a score in whole points, by score, shape (SCORE_LIMIT + 1,); the last entry is the
            value of having no team, so that it answers to the score -1.
        floors: lowest score per region; -1 if it may stay without a team.
        bands: limits on how many regions may score low.
        change_cost: points per changed member.
        ceilings: highest score by region, where there is one.
        pivot: score below which a region is penalised; None if none is.
        pairs: (region, expert) who must, or must not, be together.
        marks: points that each expert costs in each slot of each region, shape (regions, 5, experts).
        imbalance: points for each unit of the imbalance of an answer, which no team has by itself.
    """

    worth: Ints
    floors: tuple[int, ...]
    bands: tuple[BandRow, ...] = ()
    change_cost: int = 0
    ceilings: Mapping[int, int] = field(default_factory=dict)
    pivot: int | None = None
    pairs: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    marks: Ints | None = None
    imbalance: int = 0

    def value(self, team: Team) -> int:
        marks = 0 if self.marks is None else self.marks[team.region, team.slots, team.members].sum()
        return int(self.worth[team.score]) - self.change_cost * team.changes - int(marks)

    def admits(self, team: Team) -> bool:
        for (region, expert), together in self.pairs.items():
            if region == team.region and (expert in team.members) != together:
                return False
        return self.floors[team.region] <= team.score <= self.ceilings.get(team.region, SCORE_LIMIT)


@dataclass(frozen=True)
class Prices:
    """Whole prices, in thousandths of a point, at least 0: of each expert, row and band row.

    Experts with schedules have a price for each item too; ``schedules`` is the most that these can earn. For
    each further region an expert earns ``step`` less than for the one before.
    """

    experts: Ints
    clashes: tuple[tuple[ClashRow, int], ...] = ()
    bands: tuple[tuple[BandRow, int], ...] = ()
    items: Mapping[int, Mapping[Item, int]] = field(default_factory=dict)
    schedules: int = 0
    step: int = 0

    def fixed(self, capacity: Ints) -> int:
        """Return what the prices earn if every row is used up: the part of the bound beside the teams."""
        total = self.schedules
        if self.step:
            further = range(int(capacity[self.experts > 0].max(initial=0)))
            earned = (self.experts[capacity > before] - before * self.step for before in further)
            total += sum(int(np.maximum(prices, 0).sum()) for prices in earned)
        else:
            total += int((self.experts * capacity).sum())
        total += sum(row.limit * price for row, price in self.clashes)
        return total + sum(row.limit * price for row, price in self.bands)


class PricedTeams:
    """The worth of every team of every region under one set of prices."""

    def __init__(self, tables: Sequence[TeamTable], goal: Goal, prices: Prices) -> None:
        self.tables = tables
        self.goal = goal
        self._worth = goal.worth * SCALE
        for row, price in prices.bands:
            self._worth[: row.below] -= price
            self._worth[-1] -= price
        self._experts = prices.experts
        self._clashes: dict[int, list[tuple[int, int, int]]] = {}
        for clash, price in prices.clashes:
            for (region, slot), weight in clash.weights if price else ():
                self._clashes.setdefault(region, []).append((clash.expert, slot, weight * price))
        for expert, items in prices.items.items():
            for (region, slot), price in items.items():
                self._clashes.setdefault(region, []).append((expert, slot, price))

    def costs(self, criteria: RegionCriteria) -> Costs:
        """Return what each candidate costs in each slot, thousandths of a point, shape (5, candidates)."""
        at = criteria.candidates
        costs = np.repeat(self._experts[at][None, :], 5, axis=0)
        if self.goal.marks is not None:
            costs += self.goal.marks[criteria.index][:, at] * SCALE
        if criteria.index in self._clashes and len(at):
            expert, slot, price = np.array(self._clashes[criteria.index], dtype=np.int64).T
            np.add.at(costs, slot[expert == ANYBODY], price[expert == ANYBODY][:, None])
            place = np.minimum(np.searchsorted(at, expert), len(at) - 1)
            known = at[place] == expert
            np.add.at(costs, (slot[known], place[known]), price[known])
        return costs

    def without_team(self, table: TeamTable) -> int:
        team = table.no_team()
        if not self.goal.admits(team):
            return FORBIDDEN_VALUE
        return int(self._worth[-1]) - self.goal.change_cost * team.changes * SCALE

    def blocks(
        self, table: TeamTable, above: int | None = None, *, is_quick: bool = False
    ) -> Iterator[tuple[TeamTable, Block, Costs]]:
        """Yield blocks with their table and the worth of their teams, in thousandths of a point.

        Args:
            above: if given, only those parts of the blocks in which a team may be worth more.
            is_quick: look no further than the teams that are laid out.
        """
        worth = self._worth
        floor, ceiling = self.goal.floors[table.index], self.goal.ceilings.get(table.index)
        if floor > 0 or ceiling is not None:
            worth = worth.copy()
            worth[: max(0, floor)] = FORBIDDEN_VALUE
            worth[SCORE_LIMIT if ceiling is None else ceiling + 1 : -1] = FORBIDDEN_VALUE
        most = np.maximum.accumulate(worth[:-1])
        if table.everyone is not None and above is not None and not is_quick:
            likely = narrowed(table.everyone, most, self.costs(table.everyone), above)
            table = team_table(likely).unlike(*table.others)
        costs = self.costs(table.criteria)
        for whole in table.blocks:
            block = whole if above is None else whole.promising(most, costs, above)
            if not block.scores.size:
                continue
            values = block.values(worth, costs, self.goal.change_cost * SCALE)
            for (region, expert), together in self.goal.pairs.items():
                if region == table.index:
                    values[table.holds(block, expert) != together] = FORBIDDEN_VALUE
            yield table, block, values

    def above(self, table: TeamTable, threshold: int) -> Iterator[Team]:
        """Yield every team worth at least the threshold, no team included."""
        if self.without_team(table) >= threshold:
            yield table.no_team()
        for whole, block, values in self.blocks(table, threshold - 1):
            for position in np.flatnonzero(values.ravel() >= threshold):
                yield whole.team(block, int(position))

    def improve(
        self, table: TeamTable, known: int | None = None, *, is_quick: bool = False
    ) -> tuple[int, list[Team]]:
        """Return the highest worth of any team of a region, and a few teams worth more than is known.

        Args:
            known: returned if no team is worth more, which is faster to see than the highest worth.
            is_quick: look no further than the teams that are laid out.
        """
        best = self.without_team(table)
        if known is not None:
            best = max(best, known)
        if known is None and table.everyone is not None and table.best >= 0:
            return max(best, int(self._worth[: table.best + 1].max())), []
        better: list[Team] = []
        for whole, block, values in self.blocks(table, known, is_quick=is_quick):
            flat = values.ravel()
            highest = int(flat.max())
            best = max(best, highest)
            if known is not None and highest > known:
                top = top_positions(flat, NEW_TEAMS)
                better += [whole.team(block, int(at)) for at in top if flat[at] > known]
        return best, better
