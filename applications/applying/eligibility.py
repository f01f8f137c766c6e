"""The rules on partners, asked of what was or is about to be submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from applications.applying import snapshots
from applications.calls.eligibility import Check, CheckOutcome, checks_of
from core.reference import borders
from core.reference.units import units
from core.reference.words import cross_border_types


def check_submission(snapshot: Mapping[str, Any]) -> list[Check]:
    """Judge what was, or is about to be, submitted, gravest first.

    Args:
        snapshot: as `applications.applying.snapshots.make` returns it and a Submission keeps it.

    Returns:
        The checks of the borders, and one that every partner names its region.
    """
    located = snapshots.partner_units(snapshot)
    territory = set(snapshots.codes(snapshot, "units"))
    known = units({code for code in located if code} | territory)
    assessment = borders.assess(
        [known[code] for code in sorted(filter(None, located)) if code in known],
        claimed={known[code].country for code in territory if code in known},
        cross_border=[known[code] for code in _cross_border_seats(snapshot) if code in known],
    )
    return _check_located(located) + checks_of(assessment)


def _cross_border_seats(snapshot: Mapping[str, Any]) -> list[str]:
    """Return the regions of the partners that are cross-border by nature."""
    rows = [row for row in snapshots.partners(snapshot) if row["type"] and row["unit"]]
    return [row["unit"]["code"] for row in rows if row["type"]["code"] in cross_border_types()]


def _check_located(located: Sequence[str | None]) -> list[Check]:
    if all(located):
        return []
    text = gettext("At least one partner has no region yet.")
    return [Check("partner_without_region", CheckOutcome.FAIL, text)]
