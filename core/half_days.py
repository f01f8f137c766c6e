"""Time of experts as the portal counts it: whole half-days in a month, said as days."""

from django.utils.translation import ngettext

HALF_DAYS_PER_DAY = 2
# Every day of the longest month.
MAX_HALF_DAYS = 62


def days_in_figures(half_days: int) -> str:
    """Write half-days as a number of days: 1 → "½", 3 → "1½", 4 → "2"."""
    whole, half = divmod(half_days, HALF_DAYS_PER_DAY)
    return f"{whole or ''}½" if half else str(whole)


def days_in_words(half_days: int) -> str:
    """Say half-days as days: 1 → "½ day", 3 → "1½ days"."""
    # What decides on the plural: up to one day is one.
    counted = min(2, (half_days + 1) // HALF_DAYS_PER_DAY)
    return ngettext("%(days)s day", "%(days)s days", counted) % {"days": days_in_figures(half_days)}
