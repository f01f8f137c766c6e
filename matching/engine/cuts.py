"""Rows that a fractional answer breaks: sets of assignments of one expert that no month can hold together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.engine.calendar import Calendar, Item, grow_clique
from matching.engine.teams import Team

TOLERANCE = 1e-5
STARTS = 6  # heaviest items from which a clique is grown
TRIO_ITEMS = 12  # heaviest items among which trios are looked for
TRIO_LIMIT = 60  # items of a lifted trio row

Load = dict[Item, float]


@dataclass(frozen=True, slots=True)
class ClashRow:
    """Of these items of one expert, at most ``limit`` can stand."""

    expert: int
    items: frozenset[Item]
    limit: int

    def holds(self, team: Team) -> bool:
        """Return whether the team counts in this row."""
        places = zip(team.members, team.slots, strict=True)
        return any(expert == self.expert and (team.region, slot) in self.items for expert, slot in places)


def violated_rows(calendar: Calendar, answer: Iterable[tuple[Team, float]]) -> Iterator[ClashRow]:
    """Yield clash rows that a fractional answer breaks, at most two per expert.

    Args:
        answer: teams with their weight in the linear programme, 0 to 1.
    """
    loads: dict[int, Load] = {}
    for team, weight in answer:
        for expert, slot in zip(team.members, team.slots, strict=True):
            load = loads.setdefault(expert, {})
            load[team.region, slot] = load.get((team.region, slot), 0.0) + weight
    for expert in sorted(loads):
        load = loads[expert]
        if len({region for region, _ in load}) < 2 or sum(load.values()) <= 1 + TOLERANCE:
            continue
        if calendar.capacity[expert] >= 2:
            yield from _pair_row(calendar, expert, load)
        if calendar.capacity[expert] >= 3:
            yield from _trio_row(calendar, expert, load)


def _heaviest(load: Load) -> list[Item]:
    return sorted(load, key=lambda item: (-load[item], item))


def _pair_row(calendar: Calendar, expert: int, load: Load) -> Iterator[ClashRow]:
    items = calendar.items(expert)
    clashes = calendar.clashes(expert)
    place = {item: position for position, item in enumerate(items)}
    order = [place[item] for item in _heaviest(load)]
    weight = {place[item]: value for item, value in load.items()}
    cliques = (grow_clique(clashes, [start], order) for start in order[:STARTS])
    best = max(cliques, key=lambda clique: sum(weight[position] for position in clique))
    if sum(weight[position] for position in best) > 1 + TOLERANCE and len({items[at][0] for at in best}) > 1:
        yield ClashRow(expert, frozenset(items[position] for position in grow_clique(clashes, best)), 1)


def _trio_row(calendar: Calendar, expert: int, load: Load) -> Iterator[ClashRow]:
    heaviest = _heaviest(load)[:TRIO_ITEMS]
    trios = sorted(
        ((sum(load[item] for item in trio), trio) for trio in combinations(heaviest, 3)), reverse=True
    )
    for weight, trio in trios:
        if weight <= 2 + TOLERANCE:
            return
        if len({region for region, _ in trio}) == 3 and not calendar.fits(expert, trio):
            yield ClashRow(expert, frozenset(_enlarged(calendar, expert, trio, load)), 2)
            return


def _enlarged(calendar: Calendar, expert: int, trio: Sequence[Item], load: Load) -> list[Item]:
    """Return the trio with whatever is too much beside any two of the items, or shares a region with one."""
    items = sorted(calendar.items(expert), key=lambda item: (item not in trio, -load.get(item, 0.0), item))
    region = np.array([region for region, _ in items])
    use = calendar.shares[region, [slot for _, slot in items]]
    taken = [0]
    joins = np.ones(len(items), dtype=np.bool_)
    for new in range(1, len(items)):
        if not joins[new] or len(taken) == TRIO_LIMIT:
            continue
        both = use[taken] + use[new]
        third = both[:, None, :] + use[None, :, :]
        too_much = ((third > calendar.free[expert]) & (third > 0)).any(axis=2)
        same = (
            (region[taken][:, None] == region)
            | (region[new] == region)
            | (region[taken] == region[new])[:, None]
        )
        joins &= (too_much | same).all(axis=0)
        taken.append(new)
    return [items[position] for position in taken]
