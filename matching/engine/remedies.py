"""The smallest changes each of which would give an unserved region a team: only such as are sure to work.

A change works if a team then fits beside all teams that stand, so that one region more is served than
could be before, and if the regions without this one could not make the same use of the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matching.engine.calendar import Leftover
from matching.engine.criteria import SLOTS, Instance
from matching.engine.diagnosis import best_team, cheapest_team, least_days
from matching.engine.newcomer import generalist, newcomer, vacancies
from matching.engine.problem import CEFR_NAMES, LEAD, ROLES, SUPPORT, Expert, Problem
from matching.engine.relief import apply_remedy
from matching.engine.result import Fact
from matching.engine.search import Search
from matching.engine.solver import most_served
from matching.engine.teams import team_table

VACANCIES_TRIED = 2


def remedies(search: Search, region: int) -> list[Fact]:
    """Return changes each of which, applied alone, leaves the region served in every best answer.

    Args:
        search: at an answer that serves the greatest possible number of regions.
    """
    left = _left(search, search.instance)
    found = [*_own_changes(search, region), *_shared_changes(search, left, region)]
    if any(fact["kind"] == "lift_pins" for fact in found) or not search.tables[region].criteria.pin_count:
        return found + _more_people(search, left, region, [])
    lifted = _lift_all_pins(search, region)
    unpinned = _left(search, Instance(apply_remedy(search.instance.problem, lifted)))
    return found + _more_people(search, unpinned, region, [lifted])


def _left(search: Search, instance: Instance) -> Instance:
    """Return the people of an instance with what they have left beside the teams that stand."""
    leftover = Leftover(search.calendar, search.incumbent.teams)
    return instance.with_left(leftover.free, leftover.capacity)


def _lift_all_pins(search: Search, region: int) -> Fact:
    problem = search.instance.problem
    name = problem.regions[region].id
    experts = [pin.expert for pin in problem.pinned if pin.region == name]
    return {"kind": "lift_pins", "region": name, "experts": experts}


def _own_changes(search: Search, region: int) -> Iterator[Fact]:
    """Yield changes of this region's own rows: no other region can make use of them."""
    problem = search.instance.problem
    name = problem.regions[region].id
    pins = [pin.expert for pin in problem.pinned if pin.region == name]
    single: list[Fact] = [{"kind": "lift_pins", "region": name, "experts": [expert]} for expert in pins]
    works = [remedy for remedy in single if _serves(search, region, remedy)]
    if not works and len(pins) > 1 and _serves(search, region, _lift_all_pins(search, region)):
        works = [_lift_all_pins(search, region)]
    yield from works
    forbidden = sorted(expert for row, expert in problem.forbidden if row == name)
    musts = [need.area for need in problem.regions[region].needs if need.must]
    others: list[Fact] = [
        {"kind": "lift_forbidden", "region": name, "expert": expert} for expert in forbidden
    ]
    others += [{"kind": "drop_must", "region": name, "area": area} for area in musts]
    yield from (remedy for remedy in others if _serves(search, region, remedy))


def _serves(search: Search, region: int, remedy: Fact) -> bool:
    """Return whether the region has a team, once its own rows are changed, beside all teams that stand."""
    changed = Instance(apply_remedy(search.instance.problem, remedy))
    return best_team(_left(search, changed), region) is not None


def _shared_changes(search: Search, left: Instance, region: int) -> Iterator[Fact]:
    """Yield changes of experts who are there already."""
    for remedy in (_add_days(left, region), _raise_max_regions(left, region), _offer_role(left, region)):
        if remedy is not None and _is_sure(search, region, remedy):
            yield remedy


def _more_people(search: Search, left: Instance, region: int, first: list[Fact]) -> list[Fact]:
    """Return one expert more who would do: the least demanding that is sure to, else one for all unserved."""
    problem = search.instance.problem
    for vacancy in vacancies(left.criteria(region))[:VACANCIES_TRIED]:
        remedy = _with(first, _add_expert(newcomer(problem, problem.regions[region], vacancy)))
        if _is_sure(search, region, remedy):
            return [remedy]
    unserved = [team.region for team in search.incumbent.teams if not team.members]
    pinned = {pin.region for pin in problem.pinned} - {problem.regions[region].id}
    able = [index for index in unserved if problem.regions[index].id not in pinned]
    return [_with(first, _add_expert(generalist(problem, search.instance, able)))]


def _with(first: list[Fact], remedy: Fact) -> Fact:
    return {"kind": "together", "steps": [*first, remedy]} if first else remedy


def _is_sure(search: Search, region: int, remedy: Fact) -> bool:
    """Return whether the regions without this one could serve no more with the change than all do now."""
    changed = apply_remedy(search.instance.problem, remedy)
    instance = Instance(changed)
    others = [team.region for team in search.incumbent.teams if not team.members and team.region != region]
    if not any(best_team(instance, other) for other in others):
        return True
    served = sum(bool(team.members) for team in search.incumbent.teams)
    return most_served(_without(changed, region), search.budget) <= served


def _without(problem: Problem, region: int) -> Problem:
    name = problem.regions[region].id
    return replace(
        problem,
        regions=tuple(row for row in problem.regions if row.id != name),
        pinned=tuple(pin for pin in problem.pinned if pin.region != name),
        previous=(),
    )


def _add_days(left: Instance, region: int) -> Fact | None:
    days = least_days(left, region)
    return {"kind": "add_days", "days": days} if days else None


def _raise_max_regions(left: Instance, region: int) -> Fact | None:
    table = team_table(left.with_left(left.free, np.maximum(left.capacity, 1)).criteria(region))
    full = (left.capacity < 1)[table.criteria.candidates].astype(np.int64)
    team = cheapest_team(table, np.repeat(full[None, :], len(SLOTS), axis=0))
    experts = (
        [left.problem.experts[member].id for member in team.members if left.capacity[member] < 1]
        if team
        else []
    )
    return {"kind": "raise_max_regions", "experts": experts, "by": 1} if experts else None


def _offer_role(left: Instance, region: int) -> Fact | None:
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
    return {"kind": "offer_role", "offers": offers} if offers else None


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
