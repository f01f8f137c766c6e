"""What experts may give to runs: what they offer, less what is kept back for a coming call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from experts.models import Expert, ExpertMonth
from matching.models import Match, Reservation


@dataclass(frozen=True)
class Capacity:
    """Of one expert, current matches included.

    Attributes:
        half_days: by month, 0 to what the expert offers.
        regions: at a time, 0 to what the expert offers.
    """

    half_days: Mapping[date, int]
    regions: int


def of_experts(
    experts: Iterable[Expert], current: Iterable[Match], reservations: Sequence[Reservation]
) -> dict[int, Capacity]:
    """Return the capacity by primary key of the expert.

    What is kept back comes out of what nobody has promised yet: current matches keep all they have.

    Args:
        experts: whose months are read here, in one query for all.
        current: every match that holds a place in a team, with its months.
        reservations: those that count.
    """
    matches: dict[int, list[Match]] = defaultdict(list)
    for match in current:
        matches[match.expert_id].append(match)
    found = list(experts)
    offered = _offered(expert.pk for expert in found)
    return {
        expert.pk: _of(expert, offered.get(expert.pk, {}), matches[expert.pk], reservations)
        for expert in found
    }


def _offered(expert_ids: Iterable[int]) -> dict[int, dict[date, int]]:
    """Return the half-days that experts offer by month; plain values, since there are thousands."""
    rows = ExpertMonth.objects.filter(expert__in=list(expert_ids))
    offered: dict[int, dict[date, int]] = defaultdict(dict)
    for expert, month, half_days in rows.values_list("expert_id", "month", "half_days"):
        offered[expert][month] = half_days
    return offered


def is_exceeded(capacity: Capacity, matches: Sequence[Match], *, first: date) -> bool:
    """Whether matches of one expert, with their months, take more; months before `first` are over."""
    promised = _promised(matches)
    is_too_long = any(
        half_days > capacity.half_days.get(month, 0)
        for month, half_days in promised.items()
        if month >= first
    )
    return is_too_long or len(matches) > capacity.regions


def _of(
    expert: Expert,
    offered: Mapping[date, int],
    matches: Sequence[Match],
    reservations: Sequence[Reservation],
) -> Capacity:
    ours = _that_count(expert, reservations)
    promised = _promised(matches)
    regions_kept = sum(row.regions or 0 for row in ours)
    return Capacity(
        half_days={
            month: _left(half_days, _kept(half_days, ours), promised.get(month, 0))
            for month, half_days in offered.items()
        },
        regions=_left(expert.max_regions, regions_kept, len(matches)),
    )


def _that_count(expert: Expert, reservations: Sequence[Reservation]) -> list[Reservation]:
    """Return one for each call: what is said of the expert alone stands instead of what is said of all."""
    of_all = {row.call_id: row for row in reservations if row.expert_id is None}
    own = {row.call_id: row for row in reservations if row.expert_id == expert.pk}
    return list((of_all | own).values())


def _kept(offered: int, reservations: Sequence[Reservation]) -> int:
    """Return half-days of a month; a share is rounded up, for the coming call."""
    return sum(row.half_days or -(-offered * (row.share or 0) // 100) for row in reservations)


def _left(offered: int, kept: int, promised: int) -> int:
    return min(offered, max(offered - kept, promised, 0))


def _promised(matches: Iterable[Match]) -> dict[date, int]:
    promised: dict[date, int] = defaultdict(int)
    for match in matches:
        for row in match.months.all():
            promised[row.month] += row.half_days
    return promised
