"""People who could be found, to complete a team: as few languages, areas and half-days as will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.problem.criteria import Instance, Ints, RegionCriteria
from engine.problem.problem import B2, CEFR, CEFR_NAMES, ELSEWHERE, LEAD, SUPPORT, Expert, Problem, Region
from engine.problem.result import Fact
from engine.problem.rules import is_involving
from engine.problem.slots import LEAD_SLOT, SUPPORT_SLOT

# What can be believed of one person; our defaults, to be confirmed by the programme.
LANGUAGES, AREAS, HALF_DAYS = 4, 3, 20
NEWCOMER = "new-expert"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Places in a team of a size: their roles, the lead first, and the gates (bits) left open by others."""

    size: int
    roles: tuple[str, ...]
    gates: int


def recruits(left: Instance, index: int) -> Iterator[Fact]:
    """Yield one expert more, the least demanding first, then two, who complete a team of a region.

    Args:
        left: people with what they have left beside the teams that stand.
    """
    criteria, problem = left.criteria(index), left.problem
    for count in (1, 2):
        filled = [
            _people(problem, criteria, vacancy)
            for vacancy in _vacancies(criteria, count)
            if is_involving(problem, criteria.region, vacancy.size)
        ]
        for people in sorted(filter(is_believable, filled), key=effort):
            yield _remedy(people)
        if count == 1:
            # Somebody else may need the first of two alike more.
            twins = [[people[0], _renamed(problem, people[0])] for people in filled if is_believable(people)]
            pairs = sorted(twins, key=effort)
    yield from map(_remedy, pairs)


def _vacancies(criteria: RegionCriteria, count: int) -> Iterator[Vacancy]:
    for size in range(count, criteria.region.team_max + 1):
        supports = np.flatnonzero(criteria.allowed[SUPPORT_SLOT[size]]) if size > 1 else np.zeros(0, np.int64)
        leads = np.flatnonzero(criteria.allowed[LEAD_SLOT[size]])
        others = size - count
        for roles, pools in (
            ((LEAD, *[SUPPORT] * (count - 1)), [supports] * others),
            ((SUPPORT,) * count, [leads, *[supports] * (others - 1)]),
        ):
            if roles[0] == SUPPORT and not others:
                continue
            gates = _least_open(criteria, pools)
            if gates is not None:
                yield Vacancy(size, roles, gates)


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


def _people(problem: Problem, criteria: RegionCriteria, vacancy: Vacancy) -> list[Expert]:
    """Return the people who fill the places; each need goes to whoever has the fewest so far."""
    region, rules = criteria.region, problem.parameters
    level = max(B2, rules.side_language_level)
    spoken: list[dict[str, int]] = [{} for _ in vacancy.roles]
    known: list[dict[str, int]] = [{} for _ in vacancy.roles]
    if vacancy.roles[0] == LEAD:
        side_codes = [code for side in region.sides for code in side.languages]
        working = min(region.working_languages, key=lambda code: (code not in side_codes, code))
        spoken[0][working] = max(rules.lead_language_level, level if working in side_codes else 0)
    musts = [need for need in region.needs if need.must]
    for bit, side in enumerate(region.sides):
        if vacancy.gates >> bit & 1 and not any(_speaks(person, side.languages, level) for person in spoken):
            min(spoken, key=len)[_widest(region, side.languages)] = level
    for bit, need in enumerate(musts, start=len(region.sides)):
        if vacancy.gates >> bit & 1:
            min(known, key=len)[need.area] = need.level
    if vacancy.roles[0] == LEAD and rules.programme.lead_all_areas:
        known[0].update({area: max(level, known[0].get(area, 0)) for area, level in rules.lead_areas})
    elif vacancy.roles[0] == LEAD and rules.lead_areas:
        _let_lead(region, rules.lead_areas, known[0])
    written = rules.programme.lead_written_level
    is_outside = bool(vacancy.gates >> len(region.sides) + len(musts) & 1)
    people: list[Expert] = []
    for role, languages, areas in zip(vacancy.roles, spoken, known, strict=True):
        slot = LEAD_SLOT[vacancy.size] if role == LEAD else SUPPORT_SLOT[vacancy.size]
        days = tuple(int(share) for share in criteria.shares[slot])
        person = _person(problem, region, languages, areas, days, role, len(people))
        if role == LEAD and written:
            person = replace(person, written={working: CEFR[written]})
        people.append(replace(person, country=ELSEWHERE) if is_outside and not people else person)
    return people


def _speaks(person: dict[str, int], codes: Sequence[str], level: int) -> bool:
    return any(person.get(code, 0) >= level for code in codes)


def _widest(region: Region, codes: Sequence[str]) -> str:
    """Return the language of a side that most sides share, the first named among equals."""
    return max(
        codes, key=lambda code: (sum(code in side.languages for side in region.sides), -codes.index(code))
    )


def _let_lead(region: Region, asked: Sequence[tuple[str, int]], areas: dict[str, int]) -> None:
    """Give a lead one of the areas that leads must have: one at hand, else one that is needed, else any."""
    if any(areas.get(area, 0) >= level for area, level in asked):
        return
    needed = {need.area for need in region.needs}
    area, level = min(asked, key=lambda row: (row[0] not in areas, row[0] not in needed, row))
    areas[area] = level


def _person(
    problem: Problem,
    region: Region,
    languages: dict[str, int],
    areas: dict[str, int],
    days: tuple[int, ...],
    role: str,
    place: int,
) -> Expert:
    sides = {code: side.country for side in region.sides for code in side.languages}
    adds = any(languages.get(code, 0) >= B2 for code in sides)
    if not adds and not areas.keys() & {need.area for need in region.needs}:
        code = next((code for code in sides if code in languages), region.sides[0].languages[0])
        languages[code] = max(B2, languages.get(code, 0))
    home = next((sides[code] for code in languages if code in sides), region.sides[0].country)
    return Expert(_free_ids(problem, place), home, languages, areas, days, 1, frozenset({role}))


def _free_ids(problem: Problem, place: int) -> str:
    taken = {expert.id for expert in problem.experts}
    numbered = (NEWCOMER if number == 1 else f"{NEWCOMER}-{number}" for number in range(1, len(taken) + 3))
    return [name for name in numbered if name not in taken][place]


def _renamed(problem: Problem, expert: Expert) -> Expert:
    return replace(expert, id=_free_ids(problem, 1))


def is_believable(people: Sequence[Expert]) -> bool:
    """Return whether such people may be found."""
    return all(
        len(person.languages) <= LANGUAGES
        and len(person.areas) <= AREAS
        and max(person.half_days, default=0) <= HALF_DAYS
        for person in people
    )


def effort(people: Sequence[Expert]) -> tuple[int, int, int]:
    """Return how much is asked of people: the fewer skills, leads and half-days, the better."""
    asked = sum(len(person.languages) + len(person.areas) for person in people)
    return (
        asked,
        sum(LEAD in person.roles for person in people),
        sum(sum(person.half_days) for person in people),
    )


def _remedy(people: Sequence[Expert]) -> Fact:
    steps = [_add(person) for person in people]
    return steps[0] if len(steps) == 1 else {"kind": "together", "steps": steps}


def _add(expert: Expert) -> Fact:
    return {"kind": "add_expert", "expert": recruit_row(expert)}


def _named(steps: Mapping[str, int]) -> dict[str, str]:
    return {code: CEFR_NAMES[step] for code, step in sorted(steps.items())}


def recruit_row(expert: Expert) -> Fact:
    """Return somebody who may be found as a row of the contract."""
    return {
        "id": expert.id,
        "country": expert.country,
        "languages": _named(expert.languages),
        **({"written": _named(expert.written)} if expert.written else {}),
        "areas": dict(sorted(expert.areas.items())),
        "half_days": list(expert.half_days),
        "max_regions": expert.max_regions,
        "roles": sorted(expert.roles),
    }
