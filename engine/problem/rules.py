"""Which hard rules a team breaks, rule by rule and by name: for people, not for speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.problem.criteria import Instance, share_table
from engine.problem.problem import B2, CEFR, CEFR_NAMES, LEAD, Expert, Problem, Region
from engine.problem.result import Fact
from engine.problem.slots import LEAD_SLOT, SLOTS, SUPPORT_SLOT

Cast = Sequence[tuple[int, str]]  # (expert index, role)


def broken_rules(instance: Instance, region: Region, team: Cast) -> list[Fact]:
    """Return every hard rule that a team breaks, as facts; none if the team may serve the region.

    Time is counted beside locked assignments, not beside the teams of other regions.

    Args:
        team: expert indices with roles, in any order.
    """
    facts: list[Fact] = []
    leads = sum(role == LEAD for _, role in team)
    if leads != 1:
        facts.append({"kind": "lead_count", "leads": leads})
    if len(team) > region.team_max:
        facts.append({"kind": "team_size", "members": len(team), "most": region.team_max})
    for index, role in team:
        facts += member_facts(instance, region, index, role, len(team))
    experts = [instance.problem.experts[index] for index, _ in team]
    facts += _involvement(instance.problem, region, len(team))
    return [*facts, *_uncovered(instance.problem, region, experts), *_pins(instance.problem, region, team)]


def member_facts(instance: Instance, region: Region, index: int, role: str, size: int) -> list[Fact]:
    """Return what bars one expert from a role in a team of a size, whoever else is in it."""
    problem = instance.problem
    expert = problem.experts[index]
    facts = list(_decisions(problem, region, expert))
    if role not in expert.roles:
        facts.append({"kind": "role", "expert": expert.id, "role": role})
    common = expert.organisations & region.organisations, expert.places & region.places
    if any(common):
        found = {"organisations": sorted(common[0]), "places": sorted(common[1])}
        facts.append({"kind": "conflict", "expert": expert.id, **found})
    if instance.capacity[index] < 1:
        facts.append({"kind": "max_regions", "expert": expert.id, "most": expert.max_regions})
    if not _adds(region, expert):
        facts.append({"kind": "adds_nothing", "expert": expert.id})
    if role == LEAD:
        facts += _lead(problem, region, expert)
    return facts + list(_months(instance, region, index, role, size))


def _decisions(problem: Problem, region: Region, expert: Expert) -> Iterator[Fact]:
    if (region.id, expert.id) in problem.forbidden:
        yield {"kind": "forbidden", "expert": expert.id}
    if any((row.region, row.expert) == (region.id, expert.id) for row in problem.locked):
        yield {"kind": "locked", "expert": expert.id}


def _adds(region: Region, expert: Expert) -> bool:
    speaks = any(expert.languages.get(code, 0) >= B2 for side in region.sides for code in side.languages)
    return speaks or any(expert.areas.get(need.area, 0) > 0 for need in region.needs)


def _lead(problem: Problem, region: Region, expert: Expert) -> Iterator[Fact]:
    rules = problem.parameters
    languages = region.working_languages
    spoken = [code for code in languages if expert.languages.get(code, 0) >= rules.lead_language_level]
    if not spoken:
        level = CEFR_NAMES[rules.lead_language_level]
        yield {"kind": "lead_language", "expert": expert.id, "languages": list(languages), "level": level}
    written = rules.programme.lead_written_level
    if written and spoken and all(expert.written.get(code, 0) < CEFR[written] for code in spoken):
        yield {"kind": "lead_writing", "expert": expert.id, "languages": spoken, "level": written}
    lacking = [row for row in rules.lead_areas if expert.areas.get(row[0], 0) < row[1]]
    if lacking and (rules.programme.lead_all_areas or len(lacking) == len(rules.lead_areas)):
        areas = [{"area": area, "level": level} for area, level in lacking]
        fact: Fact = {"kind": "lead_area", "expert": expert.id, "areas": areas}
        yield {**fact, "all": True} if rules.programme.lead_all_areas else fact


def _months(instance: Instance, region: Region, index: int, role: str, size: int) -> Iterator[Fact]:
    slot = LEAD_SLOT.get(size) if role == LEAD else SUPPORT_SLOT.get(size)
    if slot is None:
        return
    share = share_table(region.half_days)[slot]
    active = np.asarray(region.half_days) > 0
    expert = instance.problem.experts[index].id
    for month in np.flatnonzero(active & (share > instance.free[index])):
        free = max(0, int(instance.free[index, month]))
        name = instance.problem.months[month]
        yield {"kind": "month", "expert": expert, "month": name, "asked": int(share[month]), "free": free}


def _involvement(problem: Problem, region: Region, size: int) -> Iterator[Fact]:
    """Yield the months in which some member of a team of a size would give less than each must."""
    slots = [slot for slot, (of_size, _) in enumerate(SLOTS) if of_size == size]
    least = problem.programme.member_half_days_min
    if least is None or not slots:
        return
    share = share_table(region.half_days)[slots].min(axis=0)
    for month in np.flatnonzero((np.asarray(region.half_days) > 0) & (share < least)):
        name = problem.months[month]
        yield {"kind": "involvement", "month": name, "gives": int(share[month]), "least": least}


def is_involving(problem: Problem, region: Region, size: int) -> bool:
    """Return whether each member of a team of a size gives as much in every month as the rules ask."""
    return next(_involvement(problem, region, size), None) is None


def _uncovered(problem: Problem, region: Region, experts: Sequence[Expert]) -> Iterator[Fact]:
    """Yield the sides and must-have areas that no member covers, and that all live at the border."""
    level = problem.parameters.side_language_level
    for side in region.sides:
        if all(expert.languages.get(code, 0) < level for expert in experts for code in side.languages):
            fields = {"country": side.country, "languages": list(side.languages)}
            yield {"kind": "side_language", **fields, "level": CEFR_NAMES[level]}
    for need in region.needs:
        if need.must and all(expert.areas.get(need.area, 0) < need.level for expert in experts):
            yield {"kind": "need", "area": need.area, "level": need.level}
    countries = {side.country for side in region.sides}
    if problem.programme.outside_member and all(expert.country in countries for expert in experts):
        yield {"kind": "outside", "countries": sorted(countries)}


def _pins(problem: Problem, region: Region, team: Cast) -> Iterator[Fact]:
    roles = {problem.experts[index].id: role for index, role in team}
    for pin in problem.pinned:
        role = roles.get(pin.expert)
        if pin.region == region.id and (role is None or pin.role not in (role, None)):
            yield {"kind": "pin", "expert": pin.expert, "role": pin.role}
