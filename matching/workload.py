"""How much of each expert's time is promised: a table with a row for each expert in the pool."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from experts.models import Expert
from matching import capacity
from matching.capacity import Capacity
from matching.models import Match, Reservation


def table(*, first: date) -> tuple[list[str], list[list[Any]]]:
    """Return header and rows: regions, and days offered, promised, kept back for a coming call and left.

    Args:
        first: the first day of the first month that counts.

    Returns:
        Numbers are days, not half-days. Whoever stands in a team is there, also when no longer approved.
    """
    current = list(Match.objects.current().with_months().select_related("region"))
    experts = list(Expert.objects.pool(keep=[match.expert_id for match in current]).with_profile())
    owners: list[Expert | Match] = [*experts, *current]
    dated = [row for owner in owners for row in owner.months.all()]
    months = sorted({row.month for row in dated if row.month >= first})
    matches: dict[int, list[Match]] = defaultdict(list)
    for match in current:
        matches[match.expert_id].append(match)
    free = capacity.of_experts(experts, current, list(Reservation.objects.in_force()))
    rows = [_row(expert, matches[expert.pk], free[expert.pk], months) for expert in experts]
    return _header(months), rows


def _header(months: list[date]) -> list[str]:
    fixed = [
        _("Expert"),
        _("E-mail"),
        _("Status"),
        _("Maximum number of regions"),
        _("Current regions"),
        _("Region names"),
    ]
    sums = [_("Days offered"), _("Days promised"), _("Days reserved"), _("Days left")]
    return [*fixed, *sums, *(_("Left in %(month)s") % {"month": date_format(m, "M Y")} for m in months)]


def _row(expert: Expert, matches: list[Match], free: Capacity, months: list[date]) -> list[Any]:
    offered = {row.month: row.half_days for row in expert.months.all()}
    promised: dict[date, int] = defaultdict(int)
    for match in matches:
        for row in match.months.all():
            promised[row.month] += row.half_days
    kept_back = [offered.get(month, 0) - free.half_days.get(month, 0) for month in months]
    left = [free.half_days.get(month, 0) - promised[month] for month in months]
    return [
        str(expert),
        expert.user.email if expert.user else "",
        expert.get_status_display(),
        expert.max_regions,
        len(matches),
        "; ".join(str(match.region) for match in matches),
        sum(offered.get(month, 0) for month in months) / 2,
        sum(promised[month] for month in months) / 2,
        sum(kept_back) / 2,
        sum(left) / 2,
        *(half_days / 2 for half_days in left),
    ]
