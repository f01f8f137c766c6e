"""An expert's accepted matches as entries of a calendar: one for each month, with its days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.calendars import Entry
from core.half_days import days_in_words
from core.phrases import labelled
from matching.models import Match, MatchMonth


def entries(matches: Iterable[Match]) -> list[Entry]:
    """Return an entry for each month in which a match takes days; matches come with their months."""
    return [_entry(match, row) for match in matches for row in match.months.all() if row.half_days]


def _entry(match: Match, row: MatchMonth) -> Entry:
    days = days_in_words(row.half_days)
    address = settings.SITE_URL + reverse("matching:match", args=[match.public_id])
    return Entry(
        uid=f"{match.public_id}-{row.month:%Y-%m}@{urlsplit(settings.SITE_URL).hostname}",
        title=labelled(match.region.name, days),
        text=_("%(days)s for %(region)s this month, as %(role)s. Agree the dates with the region.")
        % {"days": days, "region": match.region.name, "role": match.get_role_display()}
        + f"\n{address}",
        first=row.month,
        after=_next_month(row.month),
        url=address,
    )


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
