"""Rows that a fractional answer breaks: what the months of one expert can hold together, as inequalities.

Every set of assignments that an expert's months and number of regions allow is a corner of a polytope. A
fractional answer outside of it breaks one of its facets; a small linear programme over the corners finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import gcd

import numpy as np

from engine.linear import LinearProgram
from engine.problem.slots import LEAD_SLOT
from engine.search.calendar import Calendar, Item, grow_clique
from engine.search.teams import Team

TOLERANCE = 1e-5
STARTS = 6  # heaviest items from which a clique is grown
FACET_ITEMS = 12  # with more, the sets of what can be held are too many for a facet
FACET_BREACH = 0.01  # how far a facet must be broken, relative to its limit
GRAIN = 60  # weights of a facet are multiples of 1/60, so that halves, thirds, quarters and fifths are exact
MAX_REGIONS = 60  # with more, a row covers only those where it is broken
FACET_REGIONS = 3  # likewise if an expert takes more

Load = dict[Item, float]


ANYBODY = -1  # in a row that counts whoever holds an item


@dataclass(frozen=True, slots=True)
class ClashRow:
    """The weights of the items that one expert holds, or that anybody does, add up to at most the limit."""

    expert: int
    weights: tuple[tuple[Item, int], ...]
    limit: int


def served_row(calendar: Calendar, most: int) -> ClashRow:
    """Return that at most so many regions are served, where that is known."""
    items = ((region, slot) for region in range(len(calendar.totals)) for slot in LEAD_SLOT.values())
    return ClashRow(ANYBODY, tuple((item, 1) for item in items), most)


def programme_rows(calendar: Calendar) -> list[ClashRow]:
    """Return what the programme asks of all teams together; a team counts where somebody leads it."""
    rules, regions = calendar.programme, range(len(calendar.totals))
    rows: list[ClashRow] = []
    if rules.half_days_max is not None:
        items = (
            ((region, slot), calendar.totals[region]) for region in regions for slot in LEAD_SLOT.values()
        )
        rows.append(ClashRow(ANYBODY, tuple(items), rules.half_days_max))
    if rules.single_teams_max is not None:
        singles = (((region, LEAD_SLOT[1]), 1) for region in regions)
        rows.append(ClashRow(ANYBODY, tuple(singles), rules.single_teams_max))
    return rows


class ClashRows:
    """Finds broken rows, and remembers which loads break none."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._sound: set[tuple[int, tuple[tuple[Item, float], ...]]] = set()
        self.planned: set[int] = set()  # experts whose whole schedules say more than rows could

    def broken(self, answer: Iterable[tuple[Team, float]]) -> Iterator[ClashRow]:
        """Yield clash rows that a fractional answer breaks, at most one per expert.

        Args:
            answer: teams with their weight in the linear programme, 0 to 1.
        """
        loads: dict[int, Load] = {}
        for team, weight in answer:
            for expert, slot in zip(team.members, team.slots, strict=True):
                load = loads.setdefault(expert, {})
                load[team.region, slot] = load.get((team.region, slot), 0.0) + weight
        self.planned.update(expert for expert, load in loads.items() if self._calendar.is_short(expert, load))
        rows = (self.row(expert, load) for expert, load in sorted(loads.items()))
        return (row for row in rows if row is not None)

    def row(self, expert: int, load: Load) -> ClashRow | None:
        """Return a row that the load of an expert breaks, if there is one.

        There is none, and the expert is planned, if the load has more parts than a facet can be found for.
        """
        is_free = self._calendar.capacity[expert] < 2 or len(load) < 2 or sum(load.values()) <= 1 + TOLERANCE
        if is_free or expert in self.planned:
            return None
        key = expert, tuple(sorted((item, round(value, 5)) for item, value in load.items()))
        if key in self._sound:
            return None
        row = _clique_row(self._calendar, expert, load)
        if row is None and (len(load) > FACET_ITEMS or self._calendar.capacity[expert] > FACET_REGIONS):
            self.planned.add(expert)
            return None
        row = row or _facet_row(self._calendar, expert, load)
        if row is None:
            self._sound.add(key)
        return row


def _around(calendar: Calendar, expert: int, load: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that a row can cover: all, or with many regions those of the load's regions."""
    if len(calendar.shares) <= MAX_REGIONS:
        return calendar.items(expert)
    return calendar.items(expert, tuple(sorted({region for region, _ in load})))


def _heaviest(load: Load) -> list[Item]:
    return sorted(load, key=lambda item: (-load[item], item))


def _clique_row(calendar: Calendar, expert: int, load: Load) -> ClashRow | None:
    """Return the heaviest set found of items of which no two can stand together, if it is broken."""
    items = _around(calendar, expert, load)
    clashes = calendar.clashes(expert, items)
    place = {item: position for position, item in enumerate(items)}
    order = [place[item] for item in _heaviest(load)]
    weight = {place[item]: value for item, value in load.items()}
    cliques = (grow_clique(clashes, [start], order) for start in order[:STARTS])
    best = max(cliques, key=lambda clique: sum(weight[position] for position in clique))
    if sum(weight[at] for at in best) <= 1 + TOLERANCE or len({items[at][0] for at in best}) < 2:
        return None
    grown = sorted(items[position] for position in grow_clique(clashes, best))
    return ClashRow(expert, tuple((item, 1) for item in grown), 1)


def _facet_row(calendar: Calendar, expert: int, load: Load) -> ClashRow | None:
    """Return the facet that the load breaks most, if any."""
    items = _heaviest(load)
    corners = list(_corners(calendar, expert, items))
    programme = LinearProgram()
    rows = [programme.add_row(1.0) for _ in corners]
    for item in items:
        bound = programme.add_row(1.0)
        held = [(row, 1.0) for row, corner in zip(rows, corners, strict=True) if item in corner]
        programme.add_column(load[item], [*held, (bound, 1.0)])
    if not programme.solve(1.0):
        return None
    weights = {item: round(value * GRAIN) for item, value in zip(items, programme.values(), strict=True)}
    limit = max(sum(weights[item] for item in corner) for corner in corners)
    if sum(weights[item] * load[item] for item in items) <= limit * (1 + FACET_BREACH):
        return None
    weights = {item: weight for item, weight in weights.items() if weight}
    _lift(calendar, expert, weights, limit)
    shared = gcd(limit, *weights.values())
    return ClashRow(
        expert, tuple((item, weight // shared) for item, weight in sorted(weights.items())), limit // shared
    )


def _corners(calendar: Calendar, expert: int, items: Sequence[Item]) -> Iterator[frozenset[Item]]:
    """Yield every set of items that the expert can hold."""
    for size in range(1, int(calendar.capacity[expert]) + 1):
        for chosen in combinations(items, size):
            if len({region for region, _ in chosen}) == size and calendar.fits(expert, chosen):
                yield frozenset(chosen)


def _lift(calendar: Calendar, expert: int, weights: dict[Item, int], limit: int) -> None:
    """Give every other item the greatest weight that keeps the row valid, one after another."""
    items = [*weights, *(item for item in _around(calendar, expert, weights) if item not in weights)]
    region = np.array([region for region, _ in items])
    use = calendar.shares[region, [slot for _, slot in items]]
    free = calendar.free[expert]
    weight = np.array([weights.get(item, 0) for item in items], dtype=np.int64)
    for new in range(len(weights), len(items)):
        old = np.flatnonzero(weight[:new])
        both = use[old] + use[new]
        old = old[(region[old] != region[new]) & ~((both > free) & (both > 0)).any(axis=1)]
        most = int(weight[old].max(initial=0))
        if calendar.capacity[expert] >= 3 and len(old) > 1:
            first, second = np.triu_indices(len(old), 1)
            pair = weight[old[first]] + weight[old[second]]
            heavy = np.flatnonzero(pair > most)
            first, second, pair = old[first[heavy]], old[second[heavy]], pair[heavy]
            three = use[first] + use[second] + use[new]
            fits = (region[first] != region[second]) & ~((three > free) & (three > 0)).any(axis=1)
            most = max(most, int(pair[fits].max(initial=0)))
        weight[new] = max(0, limit - most)
        if weight[new]:
            weights[items[new]] = int(weight[new])
