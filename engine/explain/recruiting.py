"""One plan for recruiting: the few people who together would let the most regions be served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice

import numpy as np

from engine.budget import Budget
from engine.explain.recruits import effort, is_believable, recruit_row, recruits
from engine.problem.criteria import Instance
from engine.problem.parsing import load_expert
from engine.problem.problem import Expert, Problem
from engine.problem.result import Fact
from engine.search.calendar import Calendar
from engine.search.search import Search
from engine.search.serving import Guests, ServingModel

MOST_PEOPLE = 5
OPTIONS = 4  # ways to complete a team that are looked at for each region
TOGETHER = 3  # regions that one person may be found for
MOST_PROFILES = 150


def recruiting_plan(search: Search, left: Instance, budget: Budget) -> list[Fact]:
    """Return for 1 to 5 people more whom to look for, as long as one more lets more regions be served.

    The people are those who would complete a team of a region without one, or of several: no other profiles
    are compared. Among plans that serve as many regions the least demanding is taken.

    Args:
        search: its answer serves the greatest possible number of regions.
        left: people with what they have left beside the teams that stand.

    Returns:
        Facts with ``people``, ``served``, ``more`` (than now), ``experts`` (rows of the contract),
        ``regions`` (those without a team now that the plan serves) and ``proven``.
    """
    problem = search.instance.problem
    bare = [team.region for team in search.incumbent.teams if not team.members]
    profiles = list(_profiles(problem, left, bare))
    if not profiles:
        return []
    now, plans = len(search.tables) - len(bare), list[Fact]()
    for count in range(1, MOST_PEOPLE + 1):
        plan = _plan(problem, profiles, count, set(bare), budget, search.threads)
        if plan is None or plan["served"] == (plans[-1]["served"] if plans else now):
            break
        served = plan["served"]
        assert isinstance(served, int)
        plans.append({**plan, "more": served - now})
        if served == len(search.tables):
            break
    return plans


def _plan(
    problem: Problem,
    profiles: Sequence[Expert],
    count: int,
    bare: set[int],
    budget: Budget,
    threads: int,
) -> Fact | None:
    whole = replace(problem, experts=(*problem.experts, *profiles))
    first = len(problem.experts)
    guests = Guests({first + at: sum(effort([row])[:1]) for at, row in enumerate(profiles)}, count)
    served = ServingModel(Calendar(Instance(whole)), guests=guests).solve(budget, threads)
    if served is None:
        return None
    members = {member for team in served.teams for member in team.members if member >= first}
    found = sum(bool(team.members) for team in served.teams)
    return {
        "people": len(members),
        "served": found,
        "experts": [recruit_row(profiles[member - first]) for member in sorted(members)],
        "regions": [
            problem.regions[team.region].id for team in served.teams if team.members and team.region in bare
        ],
        "proven": served.bound == found,
    }


def _profiles(problem: Problem, left: Instance, bare: Sequence[int]) -> Iterator[Expert]:
    """Yield believable people, each under a name of their own."""
    singles = {region: _completing(left, region) for region in bare}
    seen: set[str] = set()
    taken = {expert.id for expert in problem.experts}
    names = (name for number in range(1, 10**6) if (name := f"new-expert-{number}") not in taken)
    for person in islice(_merged(singles), MOST_PROFILES * 10):
        key = str(replace(person, id=""))
        if key not in seen and is_believable([person]) and len(seen) < MOST_PROFILES:
            seen.add(key)
            yield replace(person, id=next(names))


def _completing(left: Instance, region: int) -> list[Expert]:
    """Return people who complete a team of a region, alone or with one more."""
    rows: list[Mapping[str, object]] = []
    for change in islice(recruits(left, region), OPTIONS):
        steps = change.get("steps", [change])
        assert isinstance(steps, list)
        rows += [step["expert"] for step in steps]
    return [load_expert(row, months=len(left.problem.months)) for row in rows]


def _merged(singles: Mapping[int, Sequence[Expert]]) -> Iterator[Expert]:
    """Yield the people found, and people who are several of them at once, of different regions."""
    for people in singles.values():
        yield from people
    for size in range(2, TOGETHER + 1):
        for regions in combinations(singles, size):
            for first in singles[regions[0]][:2]:
                person = first
                for region in regions[1:]:
                    person = min(
                        (_both(person, other) for other in singles[region]), key=lambda one: effort([one])
                    )
                yield person


def _both(one: Expert, other: Expert) -> Expert:
    """Return somebody who can be both, at the same time."""
    return replace(
        one,
        languages=_higher(one.languages, other.languages),
        written=_higher(one.written, other.written),
        areas=_higher(one.areas, other.areas),
        half_days=tuple(np.add(one.half_days, other.half_days).tolist()),
        max_regions=one.max_regions + other.max_regions,
        roles=one.roles | other.roles,
    )


def _higher(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in one.keys() | other.keys()}
