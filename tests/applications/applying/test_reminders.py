"""Reminders before closing: 14, 3 and 1 days, to drafts and unsent changes, once each."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from applications import tasks
from applications.enums import MemberRole
from applications.models import Application
from core.mail.models import Message
from tests.builders.applications import answer, lead_of, member, ready, started, submit
from tests.builders.calls import open_call

CLOSING = datetime(2026, 6, 30, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "days"),
    [
        (timedelta(days=14, seconds=1), None),
        (timedelta(days=14), 14),
        (timedelta(days=3, seconds=1), 14),
        (timedelta(days=3), 3),
        (timedelta(hours=24), 1),
        (timedelta(seconds=1), 1),
    ],
)
def test_days_to_remind_is_the_last_moment_that_has_come(before, days):
    assert tasks.days_to_remind(CLOSING, CLOSING - before) == days


def started_long_ago(application):
    Application.objects.filter(pk=application.pk).update(created_at=timezone.now() - timedelta(days=30))
    return application


def reminded():
    rows = Message.objects.filter(template="applications/email/closing_soon")
    return sorted(rows.values_list("to", flat=True))


@pytest.mark.django_db
def test_remind_writes_once_to_those_who_can_still_submit():
    call = open_call(closes_at=timezone.now() + timedelta(days=2))
    draft = started_long_ago(started(call))
    editor, _reader = member(draft, MemberRole.EDIT), member(draft, MemberRole.VIEW)
    unsent = started_long_ago(ready(call))
    submit(unsent)
    answer(unsent, {"title": "Other"})
    settled = started_long_ago(ready(call))
    submit(settled)
    for _hour in range(3):
        tasks.remind_before_closing()
    assert reminded() == sorted([lead_of(draft).email, editor.email, lead_of(unsent).email])


@pytest.mark.django_db
def test_remind_leaves_out_who_started_after_the_moment_of_the_reminder():
    started(open_call(closes_at=timezone.now() + timedelta(days=2)))
    tasks.remind_before_closing()
    assert reminded() == []


@pytest.mark.django_db
def test_remind_again_for_a_later_closing_time():
    call = open_call(closes_at=timezone.now() + timedelta(hours=20))
    draft = started_long_ago(started(call))
    tasks.remind_before_closing()
    call.closes_at += timedelta(hours=3)
    call.save(update_fields=["closes_at"])
    tasks.remind_before_closing()
    assert reminded() == [lead_of(draft).email] * 2


@pytest.mark.django_db
def test_remind_says_that_the_last_version_counts():
    call = open_call(closes_at=timezone.now() + timedelta(days=2))
    unsent = started_long_ago(ready(call))
    submit(unsent)
    answer(unsent, {"title": "Other"})
    tasks.remind_before_closing()
    letter = Message.objects.get(template="applications/email/closing_soon")
    assert (
        "has unsubmitted changes. If you do not submit them, the version that you last submitted counts."
        in letter.body
    )
    assert "(Brussels time)" in letter.subject
