"""Why a region has no team: what nobody who is available covers, and who would if they were free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.problem.criteria import Instance, Ints
from engine.problem.problem import CEFR_NAMES, LEAD, SUPPORT, Problem, Region
from engine.problem.result import Fact
from engine.problem.rules import member_facts
from engine.problem.slots import SLOTS
from engine.search.calendar import Leftover
from engine.search.narrowing import any_table
from engine.search.pricing import SCORE_LIMIT
from engine.search.search import Search
from engine.search.teams import FORBIDDEN_VALUE, Team, TeamTable

PLENTY = 10**6  # half-days a month: more than any region asks
COSTLY = 10**4  # one unit of cost outweighs any difference of scores
NAMED = 5  # people named per fact; more would not be read


def missing(search: Search, region: int) -> list[Fact]:
    """Return why a region without a team has none."""
    table, instance = search.tables[region], search.instance
    if table.best < 0:
        return lacking(instance, region)
    return _refused(search, table) or [_contention(search, table)]


def _refused(search: Search, table: TeamTable) -> list[Fact]:
    """Return the rules of the programme that refuse every team whose members have the time."""
    programme = search.instance.problem.programme
    if not programme.binds_the_whole:
        return []
    left = Leftover(search.calendar, search.incumbent.teams)
    teams = list(
        any_table(search.instance.with_left(left.free, left.capacity).criteria(table.index)).best_teams(1)
    )
    is_dear = left.half_days is not None and search.calendar.totals[table.index] > left.half_days
    refusing = {
        "half_days_max": is_dear,
        "single_teams_max": left.singles == 0 and all(len(team.members) == 1 for team in teams),
    }
    binding = {rule for rule, binds in refusing.items() if binds} or {"expert_half_days_min"}
    return [rule_fact(rule, value) for rule, value in programme.asked().items() if rule in binding and teams]


def rule_fact(rule: str, value: int | str) -> Fact:
    """Return a rule of the programme with what it asks."""
    return {"kind": "rule", "rule": rule, "value": value}


def lacking(instance: Instance, region: int) -> list[Fact]:
    """Return why a region can have no team, even if everybody's time were free for it."""
    table = any_table(instance.criteria(region))
    facts = [*_pins(instance, table), *_uncovered(instance, table), *_relaxed(instance.problem, table)]
    return facts or [{"kind": "combination", "most": table.criteria.region.team_max}]


def _contention(search: Search, table: TeamTable) -> Fact:
    """Return that there would be a team, were its members not needed elsewhere."""
    best = next(iter(sorted(table.best_teams(1), key=lambda team: -team.score)))
    problem = search.instance.problem
    held: dict[int, list[str]] = {expert: [] for expert in best.members}
    for team in search.incumbent.teams:
        for expert in team.members:
            if expert in held:
                held[expert].append(problem.regions[team.region].id)
    wanted = [{"expert": problem.experts[expert].id, "regions": regions} for expert, regions in held.items()]
    return {"kind": "contention", "score": best.score, "experts": wanted}


def _pins(instance: Instance, table: TeamTable) -> Iterator[Fact]:
    """Yield each pinned expert who may not serve the region, with the rules that say so."""
    region, problem = table.criteria.region, instance.problem
    at = problem.expert_index()
    if table.criteria.pin_count > region.team_max:
        experts = [pin.expert for pin in problem.pinned if pin.region == region.id]
        yield {"kind": "pins", "experts": experts, "most": region.team_max}
    for pin in problem.pinned:
        if pin.region != region.id:
            continue
        roles = [pin.role] if pin.role else [LEAD, SUPPORT]
        broken = [
            member_facts(instance, region, at[pin.expert], role, _largest(region, role)) for role in roles
        ]
        if all(broken):
            yield {"kind": "pin", "expert": pin.expert, "role": pin.role, "broken": min(broken, key=len)}


def _largest(region: Region, role: str) -> int:
    """Return the team size in which the role asks for the least time."""
    return max(size for size, slot_role in SLOTS if size <= max(region.team_max, 2) and slot_role == role)


def _uncovered(instance: Instance, table: TeamTable) -> Iterator[Fact]:
    """Yield each side, must-have area and lead that nobody who is available covers."""
    region, problem = table.criteria.region, instance.problem
    level = problem.parameters.side_language_level
    everyone = instance.criteria(table.index, everyone=True)
    open_to = everyone.allowed.any(axis=0)
    bit = 0
    for side in region.sides:
        if not (open_to & (everyone.gates >> bit & 1 == 1)).any():
            names = {"country": side.country, "languages": list(side.languages), "level": CEFR_NAMES[level]}
            covering = np.flatnonzero(everyone.gates >> bit & 1)
            yield {"kind": "side_language", **names, "barred": _barred(instance, region, covering)}
        bit += 1
    for need in region.needs:
        if need.must and not (open_to & (everyone.gates >> bit & 1 == 1)).any():
            covering = np.flatnonzero(everyone.gates >> bit & 1)
            barred = _barred(instance, region, covering)
            yield {"kind": "need", "area": need.area, "level": need.level, "barred": barred}
        bit += need.must
    if problem.programme.outside_member and not (open_to & (everyone.gates >> bit & 1 == 1)).any():
        covering = np.flatnonzero(everyone.gates >> bit & 1)
        countries = sorted({side.country for side in region.sides})
        yield {"kind": "outside", "countries": countries, "barred": _barred(instance, region, covering)}
    leads = [slot for slot, (_, role) in enumerate(SLOTS) if role == LEAD]
    if not everyone.allowed[leads].any():
        able, written = np.flatnonzero(instance.may_lead(region)), problem.programme.lead_written_level
        yield {
            "kind": "lead",
            "languages": list(region.working_languages),
            "level": CEFR_NAMES[problem.parameters.lead_language_level],
            "areas": [{"area": area, "level": lowest} for area, lowest in problem.parameters.lead_areas],
            "barred": _barred(instance, region, able, LEAD),
            **({"all": True} if problem.programme.lead_all_areas else {}),
            **({"written": written} if written else {}),
        }


def _barred(instance: Instance, region: Region, experts: Ints, role: str = SUPPORT) -> list[Fact]:
    """Return some of those who would cover what is missing, with what bars them."""
    found: list[Fact] = []
    for expert in experts[:NAMED]:
        because = member_facts(instance, region, int(expert), role, _largest(region, role))
        found.append({"expert": instance.problem.experts[int(expert)].id, "because": because})
    return found


def _relaxed(problem: Problem, table: TeamTable) -> Iterator[Fact]:
    """Yield what, were it lifted altogether, would leave the region with a team."""
    region = table.criteria.region
    free_of_ties = replace(region, organisations=frozenset(), places=frozenset())
    regions = (*problem.regions[: table.index], free_of_ties, *problem.regions[table.index + 1 :])
    best = best_team(Instance(replace(problem, regions=regions)), table.index)
    if best is not None:
        barred = Instance(problem).conflicted(region)
        experts = [problem.experts[member].id for member in best.members if barred[member]]
        yield {"kind": "conflict", "experts": experts}
    days = least_days(Instance(problem), table.index)
    if days is not None:
        yield {"kind": "months", "shortages": days}
    for rule, value in problem.programme.asked().items():
        if best_team(Instance(problem.without_rule(rule)), table.index) is not None:
            yield rule_fact(rule, value)


def best_team(instance: Instance, index: int) -> Team | None:
    """Return the highest-scoring team of one region, or None."""
    return max(any_table(instance.criteria(index)).best_teams(1), key=lambda team: team.score, default=None)


def with_plenty(instance: Instance) -> Instance:
    """Return the same people with all the time in the world."""
    return instance.with_left(np.full_like(instance.free, PLENTY), instance.capacity)


def least_days(instance: Instance, index: int) -> list[Fact] | None:
    """Return the fewest half-days to be added, by expert and month, for the region to have a team.

    Returns:
        None if no number of half-days would do; an empty list if none are lacking.
    """
    table = any_table(with_plenty(instance).criteria(index))
    criteria = table.criteria
    active = np.asarray(criteria.region.half_days) > 0
    short = (
        np.maximum(criteria.shares[:, None, :] - instance.free[criteria.candidates][None, :, :], 0) * active
    )
    team = cheapest_team(table, short.sum(axis=2))
    if team is None:
        return None
    facts: list[Fact] = []
    for expert, slot in zip(team.members, team.slots, strict=True):
        lacking = short[slot, int(np.searchsorted(criteria.candidates, expert))]
        for month in np.flatnonzero(lacking):
            days = {"month": instance.problem.months[month], "half_days": int(lacking[month])}
            facts.append({"expert": instance.problem.experts[expert].id, **days})
    return facts


def cheapest_team(table: TeamTable, costs: Ints) -> Team | None:
    """Return the team whose members' costs, shape (5, candidates), add up to least; the best among equals."""
    best: tuple[int, Team] | None = None
    worth = np.arange(SCORE_LIMIT + 1, dtype=np.int64)
    for block in table.blocks:
        values = block.values(worth, costs.astype(np.int64) * COSTLY)
        position = int(values.argmax())
        value = int(values.flat[position])
        if value > FORBIDDEN_VALUE and (best is None or value > best[0]):
            best = value, table.team(block, position)
    return best[1] if best else None
