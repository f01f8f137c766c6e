"""Which assignments of one expert cannot stand together, because a month would not hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from engine.problem.criteria import Flags, Instance, Ints
from engine.search.teams import Team, TeamTable

Item = tuple[int, int]  # (region index, slot)
SPARE = 1e-6  # parts are told as floats


class Calendar:
    """Half-days that each slot of each region takes, against those that each expert has free."""

    def __init__(self, instance: Instance) -> None:
        self.free = instance.free
        self.capacity = instance.capacity
        self.least = instance.least
        self.programme = instance.problem.programme
        self.regions = regions = instance.regions
        self.shares = np.stack([region.shares for region in regions]) if regions else np.zeros((0, 5, 0), int)
        self.totals = [int(sum(criteria.region.half_days)) for criteria in regions]
        self.clashes = lru_cache(maxsize=None)(self._clashes)
        self.items = lru_cache(maxsize=None)(self._items)

    def _items(self, expert: int, regions: tuple[int, ...] | None = None) -> tuple[Item, ...]:
        """Return every (region, slot) that the expert could hold alone, in these regions or in all."""
        return tuple(
            (criteria.index, slot)
            for criteria in (self.regions if regions is None else (self.regions[at] for at in regions))
            for slot in criteria.slots_open_to(expert)
        )

    def use(self, items: Iterable[Item]) -> Ints:
        """Return the half-days per month that several items take together."""
        return np.asarray(sum((self.shares[item] for item in items), np.zeros_like(self.free[0])))

    def is_short(self, expert: int, load: Mapping[Item, float]) -> bool:
        """Return whether parts of assignments give an expert too few half-days for the most of any region."""
        least, parts, given = int(self.least[expert]), dict[int, float](), 0.0
        for item, part in load.items() if least else ():
            parts[item[0]] = parts.get(item[0], 0.0) + part
            given += part * min(least, int(self.shares[item].sum()))
        return bool(least) and given < least * max(parts.values()) * (1 - SPARE)

    def fits(self, expert: int, items: Iterable[Item]) -> bool:
        use = self.use(items)
        return not bool(((use > self.free[expert]) & (use > 0)).any())

    def _clashes(self, expert: int, items: tuple[Item, ...]) -> Flags:
        """Return which pairs of items cannot stand together; a region clashes with itself."""
        use = self.shares[[region for region, _ in items], [slot for _, slot in items]]
        both = use[:, None, :] + use[None, :, :]
        clashes: Flags = ((both > self.free[expert]) & (both > 0)).any(axis=2)
        region = np.array([region for region, _ in items])
        clashes |= region[:, None] == region[None, :]
        return clashes

    def cliques(self, expert: int, items: Sequence[Item]) -> list[list[Item]]:
        """Return sets of pairwise clashing items that cover each clash between regions among ``items``."""
        clashes = self._clashes(expert, tuple(items))
        covered: set[tuple[int, int]] = set()
        found: list[list[Item]] = []
        for first, second in combinations(range(len(items)), 2):
            if (
                items[first][0] == items[second][0]
                or not clashes[first, second]
                or (first, second) in covered
            ):
                continue
            clique = grow_clique(clashes, [first, second])
            covered.update(combinations(sorted(clique), 2))
            found.append([items[position] for position in clique])
        return found


def grow_clique(clashes: Flags, clique: Sequence[int], order: Iterable[int] | None = None) -> list[int]:
    """Return the clique, enlarged greedily in the given order by whatever clashes with all of it."""
    grown = list(clique)
    fits: Flags = np.logical_and.reduce(clashes[grown], axis=0)
    fits[grown] = False
    for position in range(len(clashes)) if order is None else order:
        if fits[position]:
            grown.append(position)
            fits &= clashes[position]
            fits[position] = False
    return grown


class Leftover:
    """What experts still have to give beside the teams already placed."""

    def __init__(self, calendar: Calendar, teams: Iterable[Team] = ()) -> None:
        self._calendar = calendar
        self.free = calendar.free.copy()
        self.capacity = calendar.capacity.copy()
        self.half_days, self.singles = calendar.programme.half_days_max, calendar.programme.single_teams_max
        for team in teams:
            self.place(team)

    def place(self, team: Team, sign: int = 1) -> None:
        """Take the time of a team away, or with ``sign`` -1 give it back."""
        for expert, slot in zip(team.members, team.slots, strict=True):
            self.free[expert] -= sign * self._calendar.shares[team.region, slot]
            self.capacity[expert] -= sign
        if self.half_days is not None and team.members:
            self.half_days -= sign * self._calendar.totals[team.region]
        if self.singles is not None and len(team.members) == 1:
            self.singles -= sign

    def allows(self, region: int, size: int) -> bool:
        """Return whether the rules of the programme leave room for a team of a size, whoever is in it."""
        is_paid = self.half_days is None or not size or self._calendar.totals[region] <= self.half_days
        return is_paid and (size != 1 or self.singles is None or self.singles > 0)

    def holds(self, team: Team) -> bool:
        """Return whether the time of every member suffices for the team, and the rules leave room for it."""
        for expert, slot in zip(team.members, team.slots, strict=True):
            share = self._calendar.shares[team.region, slot]
            if self.capacity[expert] < 1 or ((share > self.free[expert]) & (share > 0)).any():
                return False
        return self.allows(team.region, len(team.members))

    def best_team(self, table: TeamTable) -> Team | None:
        """Return the highest-scoring team of a region that what is left allows, or None."""
        at = table.criteria.candidates
        shares = table.criteria.shares[:, None, :]
        closed = ((shares > self.free[at][None]) & (shares > 0)).any(axis=2) | (self.capacity[at] < 1)
        worth = np.arange(int(table.best) + 2, dtype=np.int64)
        best: Team | None = None
        for block in table.blocks:
            if not self.allows(table.index, block.size):
                continue
            values = block.values(worth, closed * np.int64(10**6))
            position = int(values.argmax())
            if values.flat[position] >= 0 and (best is None or values.flat[position] > best.score):
                best = table.team(block, position)
        return best
