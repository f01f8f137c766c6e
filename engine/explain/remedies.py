"""The smallest changes each of which would give an unserved region a team: only such as are sure to work.

A change works if a team then fits beside all teams that stand, so that one region more is served than
could be before, and if the regions without this one could not make the same use of the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.explain.diagnosis import best_team, cheapest_team, least_days
from engine.explain.newcomer import generalist, newcomer, vacancies
from engine.explain.relief import apply_remedy
from engine.explain.served import ServedBound
from engine.problem.criteria import SLOTS, Instance
from engine.problem.problem import CEFR_NAMES, LEAD, ROLES, SUPPORT, Expert
from engine.problem.result import Fact
from engine.search.calendar import Leftover
from engine.search.search import Search
from engine.search.teams import team_table

VACANCIES_TRIED = 3

Change = tuple[Fact, set[str]]  # a remedy with the ids of the experts whom it changes


class Remedies:
    """Finds remedies beside an answer that serves the greatest possible number of regions."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._problem = search.instance.problem
        self._unserved = [team.region for team in search.incumbent.teams if not team.members]
        self._served = len(search.tables) - len(self._unserved)
        self._bound: ServedBound | None = None

    def of(self, region: int) -> list[Fact]:
        """Return changes each of which, applied alone, leaves the region served in every best answer."""
        left = self._left(self._search.instance)
        found = [*self._own_changes(region), *self._shared_changes(left, region)]
        if any(fact["kind"] == "lift_pins" for fact in found):
            return found
        pins = self._pins(region)
        first: list[Fact] = [self._lift(region, pins)] if pins else []
        if first:
            left = self._left(Instance(apply_remedy(self._problem, first[0])))
        return found + self._more_people(left, region, first)

    def _left(self, instance: Instance) -> Instance:
        """Return the people of an instance with what they have left beside the teams that stand."""
        leftover = Leftover(self._search.calendar, self._search.incumbent.teams)
        return instance.with_left(leftover.free, leftover.capacity)

    def _pins(self, region: int) -> list[str]:
        return [pin.expert for pin in self._problem.pinned if pin.region == self._name(region)]

    def _name(self, region: int) -> str:
        return self._problem.regions[region].id

    def _lift(self, region: int, experts: Sequence[str]) -> Fact:
        return {"kind": "lift_pins", "region": self._name(region), "experts": list(experts)}

    def _own_changes(self, region: int) -> Iterator[Fact]:
        """Yield changes of this region's own rows: no other region can make use of them."""
        name, pins = self._name(region), self._pins(region)
        works = [self._lift(region, [pin]) for pin in pins if self._serves(region, self._lift(region, [pin]))]
        if not works and len(pins) > 1 and self._serves(region, self._lift(region, pins)):
            works = [self._lift(region, pins)]
        yield from works
        forbidden = sorted(expert for row, expert in self._problem.forbidden if row == name)
        musts = [need.area for need in self._problem.regions[region].needs if need.must]
        others: list[Fact] = [
            {"kind": "lift_forbidden", "region": name, "expert": expert} for expert in forbidden
        ]
        others += [{"kind": "drop_must", "region": name, "area": area} for area in musts]
        yield from (remedy for remedy in others if self._serves(region, remedy))

    def _serves(self, region: int, remedy: Fact) -> bool:
        """Return whether the region has a team, its own rows changed, beside all teams that stand."""
        changed = Instance(apply_remedy(self._problem, remedy))
        return best_team(self._left(changed), region) is not None

    def _shared_changes(self, left: Instance, region: int) -> Iterator[Fact]:
        """Yield changes of experts who are there already."""
        for found in (_add_days(left, region), _raise_max_regions(left, region), _offer_role(left, region)):
            if found is not None and self._is_sure(region, found[0], found[1]):
                yield found[0]

    def _more_people(self, left: Instance, region: int, first: list[Fact]) -> list[Fact]:
        """Return one expert more: the least demanding who is sure to do, else one for all unserved."""
        for vacancy in vacancies(left.criteria(region))[:VACANCIES_TRIED]:
            expert = newcomer(self._problem, self._problem.regions[region], vacancy)
            remedy = _with(first, _add_expert(expert))
            if self._is_sure(region, remedy, {expert.id}):
                return [remedy]
        if any(self._pins(other) for other in self._unserved if other != region):
            return []
        return [_with(first, _add_expert(generalist(self._problem, self._search.instance, self._unserved)))]

    def _is_sure(self, region: int, remedy: Fact, experts: set[str]) -> bool:
        """Return whether the regions without this one can serve no more with the change than all do now."""
        if self._bound is None:
            self._bound = ServedBound(self._search)
        return self._bound.without(region, apply_remedy(self._problem, remedy), experts) <= self._served


def _with(first: list[Fact], remedy: Fact) -> Fact:
    return {"kind": "together", "steps": [*first, remedy]} if first else remedy


def _add_days(left: Instance, region: int) -> Change | None:
    days = least_days(left, region)
    return ({"kind": "add_days", "days": days}, {str(row["expert"]) for row in days}) if days else None


def _raise_max_regions(left: Instance, region: int) -> Change | None:
    table = team_table(left.with_left(left.free, np.maximum(left.capacity, 1)).criteria(region))
    full = (left.capacity < 1)[table.criteria.candidates].astype(np.int64)
    team = cheapest_team(table, np.repeat(full[None, :], len(SLOTS), axis=0))
    experts = (
        [left.problem.experts[member].id for member in team.members if left.capacity[member] < 1]
        if team
        else []
    )
    return ({"kind": "raise_max_regions", "experts": experts, "by": 1}, set(experts)) if experts else None


def _offer_role(left: Instance, region: int) -> Change | None:
    experts = left.problem.experts
    willing = tuple(replace(expert, roles=frozenset(ROLES)) for expert in experts)
    changed = Instance(replace(left.problem, experts=willing)).with_left(left.free, left.capacity)
    table = team_table(changed.criteria(region))
    candidates = table.criteria.candidates
    costs = [[int(role not in experts[at].roles) for at in candidates] for _, role in SLOTS]
    team = cheapest_team(table, np.array(costs, dtype=np.int64).reshape(len(SLOTS), len(candidates)))
    cast = [(member, SUPPORT if place else LEAD) for place, member in enumerate(team.members)] if team else []
    offers = [
        {"expert": experts[member].id, "role": role}
        for member, role in cast
        if role not in experts[member].roles
    ]
    return ({"kind": "offer_role", "offers": offers}, {row["expert"] for row in offers}) if offers else None


def _add_expert(expert: Expert) -> Fact:
    return {
        "kind": "add_expert",
        "expert": {
            "id": expert.id,
            "country": expert.country,
            "languages": {code: CEFR_NAMES[step] for code, step in sorted(expert.languages.items())},
            "areas": dict(sorted(expert.areas.items())),
            "half_days": list(expert.half_days),
            "max_regions": expert.max_regions,
            "roles": sorted(expert.roles),
        },
    }
