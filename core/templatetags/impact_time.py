"""Times for readers: the zone is always shown, and it is Brussels time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats
from django.utils.translation import gettext

register = template.Library()
BRUSSELS = ZoneInfo("Europe/Brussels")


@register.filter
def brussels(at: datetime) -> str:
    """Return an aware time such as "10 April 2026, 17:00 (Brussels time)"."""
    local = at.astimezone(BRUSSELS)
    day, hour = formats.date_format(local, "j F Y"), formats.date_format(local, "H:i")
    return gettext("%(day)s, %(hour)s (Brussels time)") % {"day": day, "hour": hour}


@register.filter
def in_utc(at: datetime) -> str:
    """Return an aware time as machines read it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
