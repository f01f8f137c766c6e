"""How long, in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext, ngettext

HOUR = 60 * 60
DAY = 24 * HOUR


def duration_in_words(seconds: float) -> str:
    """Return a length of time in hours, in days from two on, or in years if it is full ones from two on."""
    hours, days = round(seconds / HOUR), round(seconds / DAY)
    if days < 2:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    if days >= 730 and days % 365 == 0:
        return ngettext("%(number)d year", "%(number)d years", days // 365) % {"number": days // 365}
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


def kept_in_words(kept: timedelta) -> str:
    """Return how long a rule keeps rows."""
    return duration_in_words(kept.total_seconds()) if kept else gettext("not at all")
