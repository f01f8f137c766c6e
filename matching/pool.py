"""What the pool of experts has and lacks for the pilot regions that wait for a team, before any run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import engine
from core.reference.enums import CefrLevel
from experts.enums import ExpertRole
from matching import snapshots
from matching.wording import Names, month

# With fewer, one who declines or is busy leaves a gap; a default of ours, to be confirmed by staff.
ENOUGH = 3


@dataclass(frozen=True)
class Supply:
    """Something that regions ask for, and how many experts could give it.

    Attributes:
        asked: what, in words.
        level: of the asked thing, in words; empty if there is none.
        regions: names of the regions that ask for it.
        experts: how many approved experts have it, are in no conflict with the region, and have a place and
            the days of a member left.
    """

    asked: str
    level: str
    regions: list[str]
    experts: int

    @property
    def is_lacking(self) -> bool:
        return self.experts == 0

    @property
    def is_thin(self) -> bool:
        return 0 < self.experts < ENOUGH


@dataclass(frozen=True)
class MonthSupply:
    """Half-days that regions ask for in a month, and that experts have left in it."""

    month: str
    asked: int
    free: int

    @property
    def is_lacking(self) -> bool:
        return self.free < self.asked


@dataclass(frozen=True)
class RegionSupply:
    """A region with what it asks for; `leads` counts who could lead its team."""

    region: str
    region_id: str
    sides: list[Supply]
    areas: list[Supply]
    leads: int

    @property
    def is_lacking(self) -> bool:
        """Whether no team can be built whatever the other regions get: a side or a lead is missing."""
        return self.leads == 0 or any(side.is_lacking for side in self.sides)


@dataclass(frozen=True)
class Pool:
    """The pool against what the regions ask; the same number of queries for any number of rows."""

    regions: list[RegionSupply]
    languages: list[Supply]
    areas: list[Supply]
    months: list[MonthSupply]
    experts: int

    @classmethod
    def today(cls, today: date, names: Names) -> Pool:
        """Return the pool as of now: what a run started today would find."""
        problem = snapshots.take(today=today, parameters={})
        taken = _Taken.of(problem)
        regions = [_region(row, problem, taken, names) for row in problem["regions"]]
        return cls(
            regions=regions,
            languages=_together([side for region in regions for side in region.sides]),
            areas=_together([area for region in regions for area in region.areas]),
            months=_months(problem),
            experts=len(problem["experts"]),
        )


@dataclass(frozen=True)
class _Taken:
    """What teams have taken of the experts, by id.

    Attributes:
        regions: with a team that the expert is in, pins included.
        left: half-days in each month that nobody has promised.
    """

    regions: Mapping[str, set[str]]
    left: Mapping[str, list[int]]

    @classmethod
    def of(cls, problem: Mapping[str, Any]) -> _Taken:
        regions: dict[str, set[str]] = defaultdict(set)
        left = {expert["id"]: list(expert["half_days"]) for expert in problem["experts"]}
        for row in (*problem["locked"], *problem["pinned"]):
            regions[row["expert"]].add(row["region"])
        for row in problem["locked"]:
            both = zip(left[row["expert"]], row["half_days"], strict=True)
            left[row["expert"]] = [before - taken for before, taken in both]
        return cls(regions, left)

    def roles_open(self, expert: Mapping[str, Any], region: str, shares: _Shares) -> set[str]:
        """Return the roles that the expert offers and has a place and the days for, in every month asked."""
        others = self.regions.get(expert["id"], set()) - {region}
        if len(others) >= expert["max_regions"]:
            return set()
        left = self.left[expert["id"]]
        return {role for role in expert["roles"] if _has_days(left, shares[role])}


# By role: for each size of the team that the region may have, the months asked (by place) with the half-days.
_Shares = dict[str, list[list[tuple[int, int]]]]


def _region(
    region: Mapping[str, Any], problem: Mapping[str, Any], taken: _Taken, names: Names
) -> RegionSupply:
    rules, shares = problem["parameters"], _shares(region)
    roles = {
        expert["id"]: taken.roles_open(expert, region["id"], shares)
        for expert in problem["experts"]
        if not _is_in_conflict(expert, region)
    }
    free = [expert for expert in problem["experts"] if roles.get(expert["id"])]
    leads = [expert for expert in free if ExpertRole.LEAD.value in roles[expert["id"]]]
    name = names.region(region["id"])
    enough = CefrLevel.at_least(rules["side_language_level"])
    sides = [
        Supply(
            names.language_list(side["languages"]),
            rules["side_language_level"],
            [name],
            sum(_speaks(expert, side["languages"], enough) for expert in free),
        )
        for side in region["sides"]
    ]
    areas = [
        Supply(
            names.area(need["area"]),
            str(need["level"]),
            [name],
            sum(expert["areas"].get(need["area"], 0) >= need["level"] for expert in free),
        )
        for need in region["needs"]
    ]
    return RegionSupply(name, region["id"], sides, areas, _count_leads(leads, region, rules))


def _shares(region: Mapping[str, Any]) -> _Shares:
    asked = region["half_days"]
    shares = engine.slot_shares(asked)
    months = [place for place, days in enumerate(asked) if days]

    def of(slots: Mapping[int, int]) -> list[list[tuple[int, int]]]:
        sizes = [size for size in slots if size <= region["team_max"]] if months else []
        return [[(place, shares[slots[size]][place]) for place in months] for size in sizes]

    return {ExpertRole.LEAD.value: of(engine.LEAD_SLOT), ExpertRole.SUPPORT.value: of(engine.SUPPORT_SLOT)}


def _has_days(left: Sequence[int], shares: Iterable[list[tuple[int, int]]]) -> bool:
    """Whether half-days by month are enough for the share of a team of some size."""
    return any(all(left[place] >= share for place, share in months) for months in shares)


def _is_in_conflict(expert: Mapping[str, Any], region: Mapping[str, Any]) -> bool:
    return any(set(expert[key]) & set(region[key]) for key in ("organisations", "places"))


def _speaks(expert: Mapping[str, Any], languages: Iterable[str], enough: Sequence[str]) -> bool:
    return any(expert["languages"].get(code) in enough for code in languages)


def _count_leads(
    experts: Iterable[Mapping[str, Any]], region: Mapping[str, Any], rules: Mapping[str, Any]
) -> int:
    enough, areas = CefrLevel.at_least(rules["lead_language_level"]), rules["lead_areas"]
    return sum(
        _speaks(expert, region["working_languages"], enough)
        and (not areas or any(expert["areas"].get(row["area"], 0) >= row["level"] for row in areas))
        for expert in experts
    )


def _together(supplies: Iterable[Supply]) -> list[Supply]:
    """Return one line for what several regions ask, with the fewest experts that any of them finds."""
    lines: dict[tuple[str, str], list[Supply]] = defaultdict(list)
    for supply in supplies:
        lines[supply.asked, supply.level].append(supply)
    merged = [
        Supply(asked, level, [row.regions[0] for row in rows], min(row.experts for row in rows))
        for (asked, level), rows in lines.items()
    ]
    return sorted(merged, key=lambda supply: (supply.experts, supply.asked))


def _months(problem: Mapping[str, Any]) -> list[MonthSupply]:
    def total(key: str, place: int) -> int:
        return sum(row["half_days"][place] for row in problem[key])

    return [
        MonthSupply(
            month(name), total("regions", place), max(0, total("experts", place) - total("locked", place))
        )
        for place, name in enumerate(problem["months"])
    ]
