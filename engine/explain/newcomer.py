"""The one expert more who would complete a team: as few languages, areas and half-days as will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.problem.criteria import LEAD_SLOT, SUPPORT_SLOT, Instance, Ints, RegionCriteria, slot_shares
from engine.problem.problem import B2, LEAD, SUPPORT, Expert, Problem, Region

NEWCOMER = "new-expert"
LEAD_EFFORT = 2  # asking for a working language and a lead area, against one for each gate


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A place in a team: its role and team size, and the gates (bits) that the others leave open."""

    role: str
    size: int
    gates: int

    @property
    def effort(self) -> tuple[int, int, str]:
        return self.gates.bit_count() + (LEAD_EFFORT if self.role == LEAD else 0), self.size, self.role


def vacancies(criteria: RegionCriteria) -> list[Vacancy]:
    """Return for each role and team size the place that asks least, least first.

    Args:
        criteria: of the region, with what experts have left beside the teams that stand.
    """
    found = list(_places(criteria))
    return sorted(found, key=lambda vacancy: vacancy.effort)


def _places(criteria: RegionCriteria) -> Iterator[Vacancy]:
    for size in range(1, criteria.region.team_max + 1):
        supports = np.flatnonzero(criteria.allowed[SUPPORT_SLOT[size]]) if size > 1 else np.zeros(0, np.int64)
        leads = np.flatnonzero(criteria.allowed[LEAD_SLOT[size]])
        for role in (LEAD, SUPPORT):
            others = size - 1
            pools = [supports] * others if role == LEAD else [leads, *[supports] * (others - 1)]
            if role == SUPPORT and size == 1:
                continue
            gates = _least_open(criteria, pools)
            if gates is not None:
                yield Vacancy(role, size, gates)


def _least_open(criteria: RegionCriteria, pools: Sequence[Ints]) -> int | None:
    """Return the gates left open by the others, one from each pool, who leave the fewest open."""
    gates, pinned = criteria.gates, criteria.pinned.astype(np.int64)
    if not pools:
        return criteria.all_gates if criteria.pin_count == 0 else None
    if any(not len(pool) for pool in pools):
        return None
    met, pins = gates[pools[0]], pinned[pools[0]]
    if len(pools) == 2:
        met = met[:, None] | gates[pools[1]][None, :]
        pins = pins[:, None] + pinned[pools[1]][None, :]
        pins = np.where(pools[0][:, None] == pools[1][None, :], -1, pins)
    left = np.bitwise_count(criteria.all_gates & ~met).astype(np.int64)
    left[pins != criteria.pin_count] = 10**6
    best = int(left.argmin())
    return None if left.flat[best] == 10**6 else int(criteria.all_gates & ~met.flat[best])


def newcomer(problem: Problem, region: Region, vacancy: Vacancy) -> Expert:
    """Return the least demanding expert who fills a place; free in just the months of the region."""
    rules = problem.parameters
    languages: dict[str, int] = {}
    areas: dict[str, int] = {}
    gates = [*region.sides, *(need for need in region.needs if need.must)]
    level = max(B2, rules.side_language_level)
    for bit, gate in enumerate(gates):
        if vacancy.gates >> bit & 1:
            if bit < len(region.sides):
                languages.setdefault(region.sides[bit].languages[0], level)
            else:
                need = next(need for need in region.needs if need.must and need is gate)
                areas[need.area] = need.level
    if vacancy.role == LEAD:
        working = region.working_languages[0]
        languages[working] = max(languages.get(working, 0), rules.lead_language_level)
        if rules.lead_areas and all(areas.get(area, 0) < lowest for area, lowest in rules.lead_areas):
            area, lowest = rules.lead_areas[0]
            areas[area] = max(areas.get(area, 0), lowest)
    sides = {code for side in region.sides for code in side.languages}
    if not areas.keys() & {need.area for need in region.needs} and not languages.keys() & sides:
        languages[region.sides[0].languages[0]] = level
    slot = LEAD_SLOT[vacancy.size] if vacancy.role == LEAD else SUPPORT_SLOT[vacancy.size]
    half_days = tuple(int(share) for share in slot_shares(region.half_days)[slot])
    country = next((side.country for side in region.sides if languages.keys() & set(side.languages)), "")
    country = country or region.sides[0].country
    return Expert(_free_id(problem), country, languages, areas, half_days, 1, frozenset({vacancy.role}))


def generalist(problem: Problem, instance: Instance, regions: Sequence[int]) -> Expert:
    """Return one expert who could lead each of several regions alone, all at the same time."""
    languages: dict[str, int] = {}
    areas: dict[str, int] = {}
    half_days = np.zeros(len(problem.months), dtype=np.int64)
    for index in regions:
        region = problem.regions[index]
        full = newcomer(problem, region, Vacancy(LEAD, 1, instance.criteria(index).all_gates))
        for known, new in ((languages, full.languages), (areas, full.areas)):
            for name, level in new.items():
                known[name] = max(known.get(name, 0), level)
        half_days += np.array(full.half_days)
    country = problem.regions[regions[0]].sides[0].country
    days = tuple(int(total) for total in half_days)
    country = country or region.sides[0].country
    return Expert(_free_id(problem), country, languages, areas, days, len(regions), frozenset({LEAD}))


def _free_id(problem: Problem) -> str:
    taken = {expert.id for expert in problem.experts}
    numbered = (NEWCOMER if number == 1 else f"{NEWCOMER}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
