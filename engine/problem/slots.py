"""The slots of teams and the half-days that each takes; without numpy, for those who do not solve."""

from __future__ import annotations

from collections.abc import Iterable

from engine.problem.problem import LEAD, SUPPORT

# A slot is a role in a team of a size; it decides the share of the region's half-days.
SLOTS = ((1, LEAD), (2, LEAD), (2, SUPPORT), (3, LEAD), (3, SUPPORT))
LEAD_SLOT = {1: 0, 2: 1, 3: 3}
SUPPORT_SLOT = {2: 2, 3: 4}


def slots_of(size: int) -> tuple[int, ...]:
    """Return the slot of each member of a team of 0 to 3, the lead first."""
    return () if size == 0 else (LEAD_SLOT[size], *(SUPPORT_SLOT[size] for _ in range(size - 1)))


def slot_shares(half_days: Iterable[int]) -> list[list[int]]:
    """Return the half-days per slot and month, 5 by months; the lead takes what rounding leaves."""
    whole = list(half_days)
    pair, trio = [days * 2 // 5 for days in whole], [days // 4 for days in whole]
    lead_of_pair = [days - share for days, share in zip(whole, pair, strict=True)]
    lead_of_trio = [days - 2 * share for days, share in zip(whole, trio, strict=True)]
    return [whole, lead_of_pair, pair, lead_of_trio, trio]
