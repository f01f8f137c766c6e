"""The smallest changes each of which would give an unserved region a team: each is made and tried.

A change is tried by answering the changed problem. Two short ways spare most of these answers: a region that
has no team even if everybody's time is free stays unserved; and a region is served for sure if a team of its
own fits beside all teams that stand, and no more others can have a team at all than are served now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from engine.budget import Budget
from engine.explain.changes import Extras
from engine.explain.diagnosis import best_team, cheapest_team, least_days
from engine.explain.recruits import recruits
from engine.explain.relief import apply_remedy
from engine.problem.criteria import Instance
from engine.problem.problem import LEAD, ROLES, SUPPORT
from engine.problem.result import Fact
from engine.problem.slots import SLOTS
from engine.search.narrowing import any_table
from engine.search.search import Search
from engine.search.solver import run
from engine.search.teams import Team

TOLD = 5  # changes of one kind; more would not be read
EFFORT = 40_000  # answers to changed problems, each counted as its regions times its experts


class Remedies:
    """Finds remedies beside an answer that serves the greatest possible number of regions."""

    def __init__(self, search: Search, budget: Budget) -> None:
        self._budget = budget
        self._search, self._instance = search, search.instance
        self._problem, self._ids = search.instance.problem, search.instance.problem.expert_index()
        self._unserved = [team.region for team in search.incumbent.teams if not team.members]
        self._able = {table.index for table in search.tables if table.best >= 0}
        self._trials = EFFORT // max(1, len(search.tables) * len(self._problem.experts))
        self._is_complete = True
        self._changed = lru_cache(maxsize=128)(self._change)
        self._answer = lru_cache(maxsize=None)(self._try)

    def all(self) -> dict[int, tuple[list[Fact], bool]]:
        """Return for each unserved region changes each of which, made alone, serves it in the best answer.

        The second value says whether there was time to try all that come into question.
        """
        found: dict[int, list[Fact]] = {region: [] for region in self._unserved}
        hurried: set[int] = set()
        kinds = (
            self._pins,
            self._demands,
            self._recruits,
            self._roles,
            self._regions,
            self._rivals,
            self._days,
        )
        for kind in kinds:
            for region, facts in found.items():
                self._is_complete = True
                facts += kind(region)
                if kind == self._days and not facts:
                    facts += self._recruits_without_pins(region)
                if not self._is_complete:
                    hurried.add(region)
        return {region: (facts, region not in hurried) for region, facts in found.items()}

    def _works(self, region: int, remedy: Fact) -> bool:
        """Return whether the region has a team in the best answer after a change."""
        key = json.dumps(remedy, sort_keys=True)
        if region not in self._able and best_team(self._changed(key), region) is None:
            return False
        return self._is_sure(region, remedy, key) or region in self._answer(key)

    def _change(self, key: str) -> Instance:
        return Instance(apply_remedy(self._problem, json.loads(key)))

    def _is_sure(self, region: int, remedy: Fact, key: str) -> bool:
        """Return whether a team fits beside all that stand, and without it no more than now can be served."""
        if self._problem.programme.binds_the_whole or remedy["kind"] == "drop_rule":
            return False
        is_own = remedy.get("region") == self._problem.regions[region].id
        is_new = self._newcomers(remedy)
        is_scarce = len(self._able - {region}) <= len(self._search.tables) - len(self._unserved)
        if not (is_own or is_new or is_scarce) or best_team(self._left(self._changed(key)), region) is None:
            return False
        changed, others = (
            self._changed(key),
            (other for other in self._unserved if other not in (region, *self._able)),
        )
        if is_own or (is_scarce and all(best_team(changed, other) is None for other in others)):
            return True
        ids = [changed.problem.expert_index()[name] for name in is_new]
        rest = (other for other in range(len(self._search.tables)) if other != region)
        return bool(ids) and not any(
            changed.criteria(other).slots_open_to(at) for other in rest for at in ids
        )

    def _newcomers(self, remedy: Fact) -> list[str]:
        """Return who is new, if nothing else changes."""
        steps = remedy.get("steps", [remedy])
        assert isinstance(steps, list)
        return [step["expert"]["id"] for step in steps if "expert" in step and step["kind"] == "add_expert"]

    def _left(self, changed: Instance) -> Instance:
        return left_beside(self._search, changed)

    def _try(self, key: str) -> frozenset[int]:
        """Return the regions that the best answer serves after a change; none if that is not proven."""
        budget = self._budget
        if self._trials <= 0 or budget.is_over():
            self._is_complete = False
            return frozenset()
        self._trials -= 1
        budget.tell("diagnosis")
        problem = self._changed(key).problem
        rules = replace(problem.parameters, time_limit_s=budget.left)
        search, outcome = run(replace(problem, parameters=rules), should_stop=budget.is_over)
        self._is_complete &= outcome.is_optimal
        return frozenset(
            team.region for team in search.incumbent.teams if team.members and outcome.is_optimal
        )

    def _working(self, region: int, changes: Iterable[Fact]) -> list[Fact]:
        found: list[Fact] = []
        for change in changes:
            if len(found) == TOLD or not self._is_complete:
                break
            if self._works(region, change):
                found.append(change)
        return found

    def _pins(self, region: int) -> list[Fact]:
        """Return the fewest pins of the region to be lifted."""
        own = self._pinned(region)
        for size in range(1, len(own) + 1):
            if found := self._working(region, (self._lift(region, some) for some in combinations(own, size))):
                return found
        return []

    def _pinned(self, region: int) -> list[str]:
        return [pin.expert for pin in self._problem.pinned if pin.region == self._problem.regions[region].id]

    def _lift(self, region: int, experts: Sequence[str]) -> Fact:
        return {"kind": "lift_pins", "region": self._problem.regions[region].id, "experts": list(experts)}

    def _demands(self, region: int) -> list[Fact]:
        """Return bans, areas that must be covered and rules of the programme, each to be lifted alone."""
        name = self._problem.regions[region].id
        bans = sorted(expert for row, expert in self._problem.forbidden if row == name)
        musts = (need.area for need in self._problem.regions[region].needs if need.must)
        rules = self._problem.programme.asked()
        return [
            *self._working(
                region, ({"kind": "lift_forbidden", "region": name, "expert": who} for who in bans)
            ),
            *self._working(region, ({"kind": "drop_must", "region": name, "area": area} for area in musts)),
            *self._working(region, ({"kind": "drop_rule", "rule": rule} for rule in rules)),
        ]

    def _rivals(self, region: int) -> list[Fact]:
        """Return pins and bans of other regions that stand in the way of one that could be served alone."""
        if region not in self._able:
            return []
        others = [other for other in range(len(self._search.tables)) if other != region]
        lifts = (self._lift(other, [pin]) for other in others for pin in self._pinned(other))
        bans = sorted(pair for pair in self._problem.forbidden if pair[0] != self._problem.regions[region].id)
        return [
            *self._working(region, lifts),
            *self._working(
                region, ({"kind": "lift_forbidden", "region": row, "expert": who} for row, who in bans)
            ),
        ]

    def _roles(self, region: int) -> list[Fact]:
        if region not in self._able and best_team(self._willing, region) is None:
            return []
        offers: Iterator[Fact] = (
            {"kind": "offer_role", "offers": [{"expert": expert.id, "role": role}]}
            for expert in self._problem.experts
            for role in ROLES
            if role not in expert.roles
        )
        return self._working(region, offers) or self._working(region, self._cheapest_offers(region))

    @cached_property
    def _willing(self) -> Instance:
        """Return everybody with both roles."""
        experts = tuple(replace(expert, roles=frozenset(ROLES)) for expert in self._problem.experts)
        return Instance(replace(self._problem, experts=experts))

    def _cheapest_offers(self, region: int) -> Iterator[Fact]:
        left, experts = self._left(self._willing), self._problem.experts
        costs = [[int(role not in expert.roles) for expert in experts] for _, role in SLOTS]
        team = _cheapest(left, region, costs)
        cast = (
            [(member, SUPPORT if place else LEAD) for place, member in enumerate(team.members)]
            if team
            else []
        )
        offers = [
            {"expert": experts[member].id, "role": role}
            for member, role in cast
            if role not in experts[member].roles
        ]
        if len(offers) > 1:
            yield {"kind": "offer_role", "offers": offers}

    def _regions(self, region: int) -> list[Fact]:
        capacity = self._instance.capacity
        if region in self._able:
            chosen = [at for at in range(len(capacity)) if self._extras.can_take(at, int(capacity[at]) + 1)]
        elif best_team(self._instance.with_left(self._instance.free, capacity + 1), region) is not None:
            chosen = np.flatnonzero(capacity < 1).tolist()
        else:
            return []
        singles = (self._raise([at]) for at in chosen)
        return self._working(region, singles) or self._working(region, self._cheapest_raise(region))

    def _raise(self, experts: Sequence[int]) -> Fact:
        names = [self._problem.experts[at].id for at in experts]
        return {"kind": "raise_max_regions", "experts": names, "by": 1}

    def _cheapest_raise(self, region: int) -> Iterator[Fact]:
        left = self._left(self._instance)
        roomy = left.with_left(left.free, np.maximum(left.capacity, 1))
        team = _cheapest(roomy, region, np.tile(left.capacity < 1, (len(SLOTS), 1)))
        members = [member for member in team.members if left.capacity[member] < 1] if team else []
        if len(members) > 1:
            yield self._raise(members)

    @cached_property
    def _extras(self) -> Extras:
        return Extras(self._search)

    def _days(self, region: int) -> list[Fact]:
        """Return the changes of the fewest half-days: of one expert, or of several where that is less."""
        if region not in self._able and least_days(self._instance, region) is None:
            return []
        days = least_days(self._left(self._instance), region)
        changes = self._extras.days
        if region not in self._able:
            alone = self._extras.alone_lacking(region)
            changes = [row for row in changes if region in row.regions and row.expert in alone]
        several: list[Fact] = [{"kind": "add_days", "days": days}] if days else []
        first: list[Fact] = []
        for change in sorted([*several, *map(self._extras.remedy, changes)], key=_total):
            if first and _total(change) > _total(first[0]):
                break
            first += self._working(region, [] if change in first else [change])
        return first[:TOLD]

    def _recruits(self, region: int) -> list[Fact]:
        """Return one expert more, or two."""
        return self._first(region, recruits(self._left(self._instance), region))

    def _recruits_without_pins(self, region: int) -> list[Fact]:
        if not (pins := self._pinned(region)):
            return []
        lift = self._lift(region, pins)
        free = self._left(Instance(apply_remedy(self._problem, lift)))
        steps: Iterator[Fact] = (
            {"kind": "together", "steps": [lift, people]} for people in recruits(free, region)
        )
        return self._first(region, steps)

    def _first(self, region: int, changes: Iterable[Fact]) -> list[Fact]:
        return next(([change] for change in changes if self._works(region, change)), [])


def left_beside(search: Search, changed: Instance) -> Instance:
    """Return the people of a changed problem with what they have left beside the teams that stand."""
    free, capacity, at = changed.free.copy(), changed.capacity.copy(), changed.problem.expert_index()
    for team in search.incumbent.teams:
        for member, slot in zip(team.members, team.slots, strict=True):
            place = at[search.instance.problem.experts[member].id]
            free[place] -= search.calendar.shares[team.region, slot]
            capacity[place] -= 1
    return changed.with_left(free, capacity)


def _total(change: Fact) -> int:
    rows = change["days"]
    assert isinstance(rows, list)
    return sum(row["half_days"] for row in rows)


def _cheapest(instance: Instance, region: int, costs: npt.ArrayLike) -> Team | None:
    """Return the team of a region whose members cost least; costs per slot and expert."""
    table = any_table(instance.criteria(region))
    return cheapest_team(table, np.asarray(costs, dtype=np.int64)[:, table.criteria.candidates])
