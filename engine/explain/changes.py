"""What somebody could give more of: half-days that make new assignments possible, and regions to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from engine.explain.diagnosis import PLENTY
from engine.problem.criteria import Ints
from engine.problem.result import Fact
from engine.problem.slots import LEAD_SLOT, SUPPORT_SLOT
from engine.search.calendar import Item
from engine.search.narrowing import any_table
from engine.search.search import Search

PAIRED_ITEMS = 40  # with more, only sets are looked at that differ in one item from what somebody holds
LEAST_FIRST = (4, 2, 3, 1, 0)  # slots by the half-days that they ask for


@dataclass(frozen=True, slots=True)
class DayChange:
    """Half-days more of one expert, per month, and the regions of the assignments that they make possible."""

    expert: int
    days: tuple[int, ...]
    regions: frozenset[int]


class Extras:
    """What each expert could do with more half-days, or with more regions to take."""

    def __init__(self, search: Search) -> None:
        self._instance, self._calendar = search.instance, search.calendar
        free = np.full_like(search.instance.free, PLENTY)
        self._plenty = search.instance.with_left(free, np.maximum(search.instance.capacity, 1))
        self._items: dict[int, list[Item]] = {}
        for index in range(len(search.tables)):
            criteria = self._plenty.criteria(index)
            for slot, place in zip(*np.nonzero(criteria.allowed), strict=True):
                self._items.setdefault(int(criteria.candidates[place]), []).append((index, int(slot)))
        self._held: dict[int, list[Item]] = {}
        for team in search.incumbent.teams:
            for expert, slot in zip(team.members, team.slots, strict=True):
                self._held.setdefault(expert, []).append((team.region, slot))

    @cached_property
    def days(self) -> list[DayChange]:
        """Return the half-days of one expert that make some assignments possible, the fewest first."""
        found: dict[tuple[int, tuple[int, ...]], set[int]] = {}
        for expert in self._items:
            for held in self._sets(expert):
                days = tuple(int(lack) for lack in self._lacking(expert, held))
                if any(days):
                    found.setdefault((expert, days), set()).update(region for region, _ in held)
        order = sorted(found, key=lambda change: (sum(change[1]), sum(map(bool, change[1])), change))
        return [DayChange(*change, frozenset(found[change])) for change in order]

    def alone_lacking(self, region: int) -> set[int]:
        """Return who would complete a team of a region with more half-days, nobody else having more."""
        criteria = self._plenty.criteria(region)
        now = self._instance.criteria(region, everyone=True).allowed[:, criteria.candidates]
        short, found = criteria.allowed & ~now, set[int]()
        for block in any_table(criteria).blocks:
            lead = short[LEAD_SLOT[block.size]][block.leads]
            tail = np.zeros(block.tails.shape, np.bool_)
            if block.size > 1:
                tail = short[SUPPORT_SLOT[block.size]][block.tails]
            alone = (block.scores >= 0) & (lead[:, None].astype(np.int64) + tail.sum(axis=1)[None, :] == 1)
            found.update(criteria.candidates[block.leads[lead & alone.any(axis=1)]].tolist())
            of_tail = (alone & ~lead[:, None]).any(axis=0)
            found.update(criteria.candidates[block.tails[of_tail][tail[of_tail]]].tolist())
        return found

    def can_take(self, expert: int, count: int) -> bool:
        """Return whether the months of an expert hold so many regions at once."""
        by_region: dict[int, Ints] = {}
        for region, slot in sorted(self._items.get(expert, ()), key=lambda item: LEAST_FIRST.index(item[1])):
            by_region.setdefault(region, self._calendar.shares[region, slot])
        free = np.maximum(self._instance.free[expert], 0)
        return _fits(sorted(by_region.values(), key=lambda share: int(share.sum())), free, count)

    def remedy(self, change: DayChange) -> Fact:
        problem = self._instance.problem
        rows = [
            {"expert": problem.experts[change.expert].id, "month": month, "half_days": lack}
            for month, lack in zip(problem.months, change.days, strict=True)
            if lack
        ]
        return {"kind": "add_days", "days": rows}

    def _sets(self, expert: int) -> Iterator[tuple[Item, ...]]:
        items, most = self._items[expert], int(self._instance.capacity[expert])
        held = self._held.get(expert, [])
        for item in items if most else ():
            yield (item,)
            others = [other for other in held if other[0] != item[0]]
            for size in range(1, min(most, len(others) + 1)):
                yield from ((item, *kept) for kept in combinations(others, size))
        if most > 1 and len(items) <= PAIRED_ITEMS:
            yield from (pair for pair in combinations(items, 2) if pair[0][0] != pair[1][0])

    def _lacking(self, expert: int, items: Sequence[Item]) -> Ints:
        """Return the half-days per month that a set of assignments lacks; shape (months,)."""
        regions = self._instance.problem.regions
        active = np.any([np.asarray(regions[region].half_days) > 0 for region, _ in items], axis=0)
        lacking: Ints = np.maximum(self._calendar.use(items) - self._instance.free[expert], 0) * active
        return lacking


def _fits(shares: Sequence[Ints], free: Ints, count: int) -> bool:
    """Return whether this number of shares fits into what is free."""
    if count == 0:
        return True
    for place in range(len(shares) - count + 1):
        left = free - shares[place]
        if (left >= 0).all() and _fits(shares[place + 1 :], left, count - 1):
            return True
    return False
