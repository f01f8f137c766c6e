"""What every expert would bring to one region: points per criterion, rules met, slots open to them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.problem import weights
from engine.problem.problem import B2, CEFR, LEAD, Need, Problem, Region, Side
from engine.problem.slots import SLOTS, slot_shares

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]


def share_table(half_days: Iterable[int]) -> Ints:
    """Return the half-days per slot and month, shape (5, months)."""
    return np.asarray(slot_shares(half_days), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class TeamCriterion:
    """One column of the points; of the team, whoever has most of it counts."""

    kind: str  # "side", "need", "neutrality" or "wish"
    side: Side | None = None
    need: Need | None = None


@dataclass(frozen=True)
class RegionCriteria:
    """The candidates of a region, in the order of the experts.

    Attributes:
        candidates: expert index of each candidate, shape (n,), ascending.
        points: shape (n, criteria), 0 to 480.
        gates: bit k is set if the candidate meets hard rule k alone; ``all_gates`` has every bit set.
        lead_points: headroom and bridge, 0 to 160, for a lead.
        support_cost: 0 to 10, for a support.
        allowed: shape (5, n); who may hold which slot when alone in asking for their time.
        pinned: candidates who must be in the team; ``pin_count`` counts all pins, candidates or not.
        shares: half-days per slot and month, shape (5, months).
        previous: the team of an earlier result, as (expert index, role).
    """

    index: int
    region: Region
    criteria: tuple[TeamCriterion, ...]
    candidates: Ints
    points: Points
    gates: Ints
    all_gates: int
    lead_points: Ints
    support_cost: Ints
    allowed: Flags
    pinned: Flags
    pin_count: int
    shares: Ints
    previous: tuple[tuple[int, str], ...] = ()

    def slots_open_to(self, expert: int) -> list[int]:
        """Return the slots that an expert may hold when alone in asking for their time."""
        at = int(np.searchsorted(self.candidates, expert))
        if at == len(self.candidates) or self.candidates[at] != expert:
            return []
        return np.flatnonzero(self.allowed[:, at]).tolist()


class Instance:
    """A problem laid out as arrays; rows are experts in the order of the problem.

    Attributes:
        free: half-days not yet promised, shape (experts, months); below 0 if over-promised.
        capacity: regions that the expert may still take, at least 0.
        least: half-days in all without which the expert takes no region; 0 if any number will do.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        experts = problem.experts
        months = len(problem.months)
        at = problem.expert_index()
        self.free = np.array([expert.half_days for expert in experts], dtype=np.int64).reshape(
            len(experts), months
        )
        self.capacity = np.array([expert.max_regions for expert in experts], dtype=np.int64)
        for row in problem.locked:
            self.free[at[row.expert]] -= np.array(row.half_days, dtype=np.int64)
            self.capacity[at[row.expert]] -= 1
        self.capacity = np.maximum(self.capacity, 0)
        self.least = self._least(problem, at)
        self._at = at
        self._country = np.array([expert.country for expert in experts], dtype=np.str_)
        self._levels: dict[tuple[str, str], Ints] = {}
        self._members: dict[tuple[str, str], list[int]] = {}
        for index, expert in enumerate(experts):
            for kind, names in (("organisation", expert.organisations), ("place", expert.places)):
                for name in names:
                    self._members.setdefault((kind, name), []).append(index)
        self._offers = np.array(
            [[role in expert.roles for expert in experts] for _, role in SLOTS], dtype=np.bool_
        )
        self._offers = self._offers.reshape(len(SLOTS), len(experts))

    def _least(self, problem: Problem, at: Mapping[str, int]) -> Ints:
        least = np.full(len(at), problem.programme.expert_half_days_min or 0, dtype=np.int64)
        for row in problem.locked:
            least[at[row.expert]] -= sum(row.half_days)
        least[[at[pin.expert] for pin in problem.pinned]] = 0
        return np.maximum(least, 0)

    def with_left(self, free: Ints, capacity: Ints) -> Instance:
        """Return the same people with other half-days free and another number of regions to take."""
        other = copy.copy(self)
        other.__dict__.pop("regions", None)
        other.free, other.capacity = free, capacity
        return other

    def language(self, code: str) -> Ints:
        """Return the CEFR step of every expert in a language, 0 to 7."""
        key = ("language", code)
        if key not in self._levels:
            steps = (expert.languages.get(code, 0) for expert in self.problem.experts)
            self._levels[key] = np.fromiter(steps, dtype=np.int64)
        return self._levels[key]

    def best_language(self, codes: Iterable[str]) -> Ints:
        best: Ints = np.stack([self.language(code) for code in codes]).max(axis=0)
        return best

    def area(self, name: str) -> Ints:
        """Return the level of every expert in an area, 0 to 10."""
        key = ("area", name)
        if key not in self._levels:
            self._levels[key] = np.fromiter(
                (e.areas.get(name, 0) for e in self.problem.experts), dtype=np.int64
            )
        return self._levels[key]

    def conflicted(self, region: Region) -> Flags:
        """Return who has an organisation or a place in common with the region."""
        flags = np.zeros(len(self.problem.experts), dtype=np.bool_)
        for kind, names in (("organisation", region.organisations), ("place", region.places)):
            for name in names:
                flags[self._members.get((kind, name), [])] = True
        return flags

    def _writes(self, code: str) -> Flags:
        """Return who writes a language as well as leads must; everybody if that is not asked."""
        level = self.problem.programme.lead_written_level
        step = CEFR[level] if level else 0
        return np.array([expert.written.get(code, 0) >= step for expert in self.problem.experts], np.bool_)

    def may_lead(self, region: Region) -> Flags:
        """Return who has a working language and, if any lead area is asked, one of these, or all."""
        rules = self.problem.parameters
        flags = np.zeros(len(self.problem.experts), dtype=np.bool_)
        for code in region.working_languages:
            flags |= (self.language(code) >= rules.lead_language_level) & self._writes(code)
        if rules.lead_areas:
            combine = np.logical_and if rules.programme.lead_all_areas else np.logical_or
            flags &= combine.reduce([self.area(area) >= level for area, level in rules.lead_areas])
        return flags

    def neutral(self, region: Region, side: Side) -> Flags:
        """Return who lives on this side, or on none."""
        others = [other.country for other in region.sides if other.country != side.country]
        elsewhere: Flags = np.isin(self._country, others)
        return ~elsewhere

    @cached_property
    def regions(self) -> tuple[RegionCriteria, ...]:
        return tuple(self.criteria(index) for index in range(len(self.problem.regions)))

    def criteria(self, index: int, *, everyone: bool = False) -> RegionCriteria:
        """Return the criteria of one region: of its candidates, or of every expert, allowed or not."""
        region = self.problem.regions[index]
        criteria, points, adds = self._points(region)
        gates, all_gates = self._gates(region)
        shares = share_table(region.half_days)
        allowed = self._allowed(region, shares) & adds
        pins = [pin for pin in self.problem.pinned if pin.region == region.id]
        pinned = np.zeros(len(self.problem.experts), dtype=np.bool_)
        for pin in pins:
            pinned[self._at[pin.expert]] = True
            if pin.role is not None:
                allowed[[role != pin.role for _, role in SLOTS], self._at[pin.expert]] = False
        keep = np.flatnonzero(allowed.any(axis=0) | everyone)
        previous = (row for row in self.problem.previous if row.region == region.id)
        lead_points, support_cost = self._role_points(region)
        return RegionCriteria(
            *(index, region, criteria, keep, points[keep].astype(np.int16), gates[keep], all_gates),
            *(lead_points[keep], support_cost[keep], allowed[:, keep], pinned[keep], len(pins), shares),
            tuple((self._at[row.expert], row.role) for row in previous),
        )

    def _points(self, region: Region) -> tuple[tuple[TeamCriterion, ...], Ints, Flags]:
        sides = len(region.sides)
        total_weight = sum(need.weight for need in region.needs)
        steps = np.array(weights.LANGUAGE_STEPS, dtype=np.int64)
        criteria: list[TeamCriterion] = []
        columns: list[Ints] = []
        adds = np.zeros(len(self.problem.experts), dtype=np.bool_)
        for side in region.sides:
            step = self.best_language(side.languages)
            adds |= step >= B2
            criteria.append(TeamCriterion("side", side=side))
            columns.append(steps[step] * weights.LANGUAGE // (100 * sides))
        for need in region.needs:
            level = self.area(need.area)
            adds |= level > 0
            criteria.append(TeamCriterion("need", need=need))
            full = weights.need_points(need.weight, total_weight)
            columns.append(np.minimum(level, need.level) * full // need.level)
        for side in region.sides:
            criteria.append(TeamCriterion("neutrality", side=side))
            columns.append(self.neutral(region, side) * (weights.NEUTRALITY // sides))
        wishing = [self._at[expert] for row, expert in self.problem.wishes if row == region.id]
        if wishing:
            criteria.append(TeamCriterion("wish"))
            columns.append(np.zeros(len(adds), dtype=np.int64))
            columns[-1][wishing] = weights.WISH
        return tuple(criteria), np.stack(columns, axis=1), adds

    def _gates(self, region: Region) -> tuple[Ints, int]:
        level = self.problem.parameters.side_language_level
        met = [self.best_language(side.languages) >= level for side in region.sides]
        met += [self.area(need.area) >= need.level for need in region.needs if need.must]
        if self.problem.programme.outside_member:
            met.append(~np.isin(self._country, [side.country for side in region.sides]))
        gates = np.zeros(len(self.problem.experts), dtype=np.int64)
        for bit, flags in enumerate(met):
            gates |= flags.astype(np.int64) << bit
        return gates, (1 << len(met)) - 1

    def _allowed(self, region: Region, shares: Ints) -> Flags:
        active = np.asarray(region.half_days) > 0
        out = self.conflicted(region) | (self.capacity < 1)
        # A locked assignment stands as it is: the same person is not given the same region a second time.
        taken = {row.expert for row in self.problem.locked if row.region == region.id}
        taken |= {expert for row, expert in self.problem.forbidden if row == region.id}
        out[[self._at[expert] for expert in taken]] = True
        lead = self.may_lead(region)
        allowed = self._offers & ~out
        least = self.problem.programme.member_half_days_min or 0
        for slot, (size, role) in enumerate(SLOTS):
            allowed[slot] &= (self.free[:, active] >= shares[slot, active]).all(axis=1)
            if role == LEAD:
                allowed[slot] &= lead
            if size > region.team_max or (shares[slot, active] < least).any():
                allowed[slot] = False
        return allowed

    def _role_points(self, region: Region) -> tuple[Ints, Ints]:
        half_days = np.asarray(region.half_days)
        active = half_days > 0
        free, asked = self.free[:, active], half_days[active]
        wanted = asked * 3 // 2
        headroom = weights.HEADROOM * np.minimum(free, wanted).sum(axis=1) // max(1, int(wanted.sum()))
        spoken = sum((self.best_language(side.languages) >= B2).astype(np.int64) for side in region.sides)
        bridge = (np.asarray(spoken) >= weights.BRIDGE_SIDES) * weights.BRIDGE
        spare = 2 * weights.BUSY_SUPPORT * free.sum(axis=1) // max(1, int(asked.sum()))
        return headroom + bridge, weights.BUSY_SUPPORT - np.minimum(weights.BUSY_SUPPORT, spare)
