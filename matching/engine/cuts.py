"""Rows that a fractional answer breaks: sets of assignments of one expert that no month can hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

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
    def is_trio(*items: Item) -> bool:
        return len({region for region, _ in items}) == 3 and not calendar.fits(expert, items)

    trios = (
        (load[first] + load[second] + load[third], (first, second, third))
        for first, second, third in combinations(_heaviest(load)[:TRIO_ITEMS], 3)
    )
    broken = [trio for trio in trios if trio[0] > 2 + TOLERANCE and is_trio(*trio[1])]
    if not broken:
        return
    items = list(max(broken)[1])
    for item in sorted(calendar.items(expert), key=lambda item: (-load.get(item, 0.0), item)):
        if len(items) < TRIO_LIMIT and item not in items and _joins(item, items, is_trio):
            items.append(item)
    yield ClashRow(expert, frozenset(items), 2)


def _joins(item: Item, items: Iterable[Item], is_trio: Callable[..., bool]) -> bool:
    """Return whether any two of the items together with this one are too much, or share a region."""
    return all(
        first[0] == second[0] or item[0] in (first[0], second[0]) or is_trio(first, second, item)
        for first, second in combinations(items, 2)
    )
