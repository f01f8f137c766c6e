"""The rules on partners, asked of what was or is about to be submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from applications.applying import snapshots
from applications.calls.eligibility import Check, CheckOutcome, check_regions
from core.reference.units import units


def check_submission(snapshot: Mapping[str, Any]) -> list[Check]:
    """Judge what was, or is about to be, submitted, gravest first.

    Args:
        snapshot: as `applications.applying.snapshots.make` returns it and a Submission keeps it.

    Returns:
        The checks of the borders, and one that every partner names its region.
    """
    located = snapshots.partner_units(snapshot)
    codes = {code for code in located if code}
    territory = set(snapshots.codes(snapshot, "units"))
    known = units(codes | territory)
    claimed = {known[code].country for code in territory if code in known}
    checks = check_regions([known[code] for code in sorted(codes) if code in known], claimed=claimed)
    return _check_located(located) + checks


def _check_located(located: Sequence[str | None]) -> list[Check]:
    if all(located):
        return []
    text = gettext("At least one partner has no region yet.")
    return [Check("partner_without_region", CheckOutcome.FAIL, text)]
