"""Calendar files (iCalendar, RFC 5545): whole-day entries, escaped and folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.http import HttpResponse

PRODUCT = "-//IMPACT//Portal//EN"
LINE_OCTETS = 75


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


def as_ics(entries: Iterable[Entry], *, name: str, at: datetime) -> bytes:
    """Return a calendar file.

    Args:
        entries: at least one; RFC 5545 knows no empty calendar.
        name: what calendar programs call it.
        at: when it was made, aware.
    """
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines = [*head, f"X-WR-CALNAME:{escaped(name)}"]
    for entry in entries:
        lines += _event(entry, at)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def as_response(content: bytes, *, name: str) -> HttpResponse:
    """Return a calendar file as a browser saves it; `name` without its ending."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def escaped(text: str) -> str:
    """Return a text as a value may hold it (RFC 5545, 3.3.11); control characters have no place in it."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\r", "\n")):
        text = text.replace(plain, written)
    kept = "".join(c for c in text if c in "\n\t" or (ord(c) >= 0x20 and ord(c) != 0x7F))
    return kept.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets (RFC 5545, 3.1), never through a character."""
    pieces, piece, room = [], b"", LINE_OCTETS
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            # The space that begins a further piece counts too.
            piece, room = b"", LINE_OCTETS - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"


def _event(entry: Entry, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.after:%Y%m%d}"
    yield f"SUMMARY:{escaped(entry.title)}"
    yield f"DESCRIPTION:{escaped(entry.text)}"
    if entry.url:
        yield f"URL:{entry.url}"
    # Days within a month are agreed later: the month as such keeps nobody from other appointments.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
