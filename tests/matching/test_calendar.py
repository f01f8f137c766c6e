"""The calendar file of an expert; reminders and what staff see of answers that are late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from core import calendars
from core.mail.models import Message
from matching import actions, tasks
from matching.models import Match
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, url

BRUSSELS = ZoneInfo("Europe/Brussels")
AT = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
ENTRY = calendars.Entry("1@impact.example", "Rhine: 2 days", "Text", date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a, b; c", r"a\, b\; c"),
        ("back\\slash", "back\\\\slash"),
        ("two\r\nlines\rthree", r"two\nlines\nthree"),
        ("bell\x07", "bell"),
    ],
)
def test_calendar_text_is_escaped(text, written):
    entry = replace(ENTRY, title=text, text=text)

    lines = calendars.calendar_file([entry], name=text, at=AT).decode().split("\r\n")

    assert {f"X-WR-CALNAME:{written}", f"SUMMARY:{written}", f"DESCRIPTION:{written}"} <= set(lines)


def test_calendar_line_is_folded_at_75_octets_and_never_through_a_character():
    title = "é€𝄞" * 40

    content = calendars.calendar_file([replace(ENTRY, title=title)], name="Mine", at=AT)

    assert max(len(piece) for piece in content.split(b"\r\n")) <= 75
    assert all(piece.decode() for piece in content.split(b"\r\n")[:-1])
    assert f"SUMMARY:{title}" in content.decode().replace("\r\n ", "").split("\r\n")


def test_calendar_program_reads_what_the_entry_says():
    text = "Two days; as mentor, in “Rhin supérieur”.\nhttps://impact.example/matches/1/"
    entry = replace(ENTRY, title="Rhine: 2 days", text=text, url="https://impact.example/a,b;c/")

    calendar = Calendar.from_ical(calendars.calendar_file([entry], name="Mine", at=AT.astimezone(BRUSSELS)))

    (event,) = calendar.events
    assert (event.uid, str(event["summary"]), str(event["description"])) == (entry.uid, entry.title, text)
    assert (event.start, event.end, event.stamp) == (entry.first, entry.after, AT)
    assert str(event["url"]) == entry.url


def test_calendar_file_has_whole_days():
    content = calendars.calendar_file([ENTRY], name="Mine", at=AT).decode()

    assert content.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//IMPACT//Portal//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Mine",
        "BEGIN:VEVENT",
        "UID:1@impact.example",
        "DTSTAMP:20260901T083000Z",
        "DTSTART;VALUE=DATE:20261201",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Rhine: 2 days",
        "DESCRIPTION:Text",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.fixture
def match(db):
    build.region("Rhine, Bridges")
    build.expert("Linden")
    (match,) = confirm(done_run())
    return match


def test_calendar_has_an_entry_for_each_month_of_an_accepted_match(client, match):
    actions.accept(match_id=match.pk, by=match.expert.user)
    client.force_login(match.expert.user)

    response = client.get(reverse("matching:calendar"))

    content = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert content.count("BEGIN:VEVENT") == len(build.MONTHS)
    assert r"SUMMARY:Rhine\, Bridges: 4 days" in content
    assert "DTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261001" in content
    assert str(match.public_id) in content


def test_calendar_has_nothing_that_was_not_accepted(client, match):
    client.force_login(match.expert.user)

    assert client.get(reverse("matching:calendar")).status_code == 404
    assert reverse("matching:calendar") not in client.get(reverse("matching:matches")).content.decode()


def test_calendar_has_nothing_of_others(client, match):
    actions.accept(match_id=match.pk, by=match.expert.user)
    client.force_login(build.expert("Stranger").user)

    assert client.get(reverse("matching:calendar")).status_code == 404


def test_calendar_is_linked_once_there_is_something_in_it(client, match):
    actions.accept(match_id=match.pk, by=match.expert.user)
    client.force_login(match.expert.user)

    assert reverse("matching:calendar") in client.get(reverse("matching:matches")).content.decode()


def answer_in(match, **time):
    Match.objects.filter(pk=match.pk).update(answer_by=timezone.now() + timedelta(**time))


def test_reminder_is_sent_once_and_says_until_when(match):
    answer_in(match, days=2)

    tasks.remind_invited()
    tasks.remind_invited()

    assert build.mails("reminder") == [match.expert.user.email]
    assert "(Brussels time)" in Message.objects.get(template="matching/email/reminder").body


@pytest.mark.parametrize("time", [{"days": 5}, {"hours": -1}])
def test_reminder_is_not_sent_too_early_or_too_late(match, time):
    answer_in(match, **time)

    tasks.remind_invited()

    assert build.mails("reminder") == []


def test_reminder_is_not_sent_to_who_has_answered(match):
    answer_in(match, days=2)
    actions.accept(match_id=match.pk, by=match.expert.user)

    tasks.remind_invited()

    assert build.mails("reminder") == []


def test_late_answers_are_shown_to_staff(match, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    answer_in(match, hours=-1)
    build.region("In time")
    build.expert("Elm")
    confirm(done_run())

    listed = as_().get(url("match"), {"answer": "overdue"})

    assert [row.pk for row in listed.context["cl"].result_list] == [match.pk]
    assert "Overdue" in listed.content.decode()
