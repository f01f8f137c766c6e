"""Calendar files (iCalendar, RFC 5545) of whole-day entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse

from core.text import clean

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//IMPACT//Portal//EN"


@dataclass(frozen=True)
class Entry:
    """Whole days in a calendar.

    Attributes:
        uid: the same for the same entry for ever, so that a new file replaces it and adds no second one.
        first, after: the first day, and the day after the last one.
    """

    uid: str
    title: str
    text: str
    first: date
    after: date
    url: str = ""


def calendar_file(entries: Iterable[Entry], *, name: str, at: datetime) -> bytes:
    """Return a calendar file.

    Args:
        entries: at least one; RFC 5545 knows no empty calendar.
        name: what calendar programs call it.
        at: when it was made, aware.
    """
    # Loaded by who makes a file only.
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The library escapes only what the standard says is text, and this name is an extension.
    calendar.add("x-wr-calname", vText(clean(name)))
    for entry in entries:
        calendar.add_component(_event(entry, at))
    return bytes(calendar.to_ical(sorted=False))


def calendar_response(content: bytes, *, name: str) -> HttpResponse:
    """Return a calendar file as a browser saves it; `name` without its ending."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def _event(entry: Entry, at: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", entry.first)
    event.add("dtend", entry.after)
    event.add("summary", clean(entry.title))
    event.add("description", clean(entry.text))
    if entry.url:
        event.add("url", entry.url)
    # Days within a month are agreed later: the month as such keeps nobody from other appointments.
    event.add("transp", "TRANSPARENT")
    return event
