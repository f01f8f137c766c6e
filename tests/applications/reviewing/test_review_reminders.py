"""Reminders of unfinished reviews: by button, and by themselves before they are due."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Review
from applications.reviewing.actions import reviewing
from applications.tasks import REMIND_REVIEWERS_DAYS, remind_reviewers
from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail.models import Message
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def reminders():
    rows = Message.objects.filter(template="applications/email/review_reminder").order_by("pk")
    return [(message.to, message.subject) for message in rows]


def test_reminder_goes_to_each_reviewer_once_with_every_unfinished_reference():
    call = closed_call()
    busy, other = person(Role.REVIEWER), person(Role.REVIEWER)
    first, second = assigned(eligible(call, title="Secret valley"), busy), scoring(eligible(call), busy)
    assigned(eligible(call), other)
    finished = scored(eligible(call), 3, 3)

    assert reviewing.remind(by=person(Role.MANAGER)) == 2

    assert sorted(reminders()) == sorted(
        [
            (busy.email, "Reminder: 2 reviews to finish"),
            (other.email, "Reminder: 1 review to finish"),
        ]
    )
    body = Message.objects.get(template="applications/email/review_reminder", to=busy.email).body
    assert first.application.reference in body
    assert second.application.reference in body
    assert "Secret valley" not in body
    assert finished.reviewer.email not in str(reminders())


def test_same_reminder_leaves_once_a_day_and_another_set_is_another():
    call = closed_call()
    reviewer, manager = person(Role.REVIEWER), person(Role.MANAGER)
    review = assigned(eligible(call), reviewer)
    reviewing.remind(by=manager)

    with pytest.raises(ValidationError, match="This reminder has already been sent today."):
        reviewing.remind(review_ids=[review.pk], by=manager)
    assigned(eligible(call), reviewer)
    reviewing.remind(by=manager)

    assert len(reminders()) == 2


def test_nothing_unfinished_is_said():
    scored(eligible(closed_call()), 3, 3)

    with pytest.raises(ValidationError, match="There are no unfinished reviews."):
        reviewing.remind(by=person(Role.MANAGER))

    assert reminders() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
def test_only_managers_remind(role):
    assigned(eligible(closed_call()))

    with pytest.raises(NotAllowed):
        reviewing.remind(by=person(role))

    assert reminders() == []


def due_in(days, hours=0):
    return closed_call(reviews_due_at=timezone.now() + timedelta(days=days, hours=hours))


def asked_long_ago(review):
    Review.objects.filter(pk=review.pk).update(assigned_at=timezone.now() - timedelta(days=30))
    return review


@pytest.mark.parametrize(
    ("days", "hours", "expected"),
    [(max(REMIND_REVIEWERS_DAYS), 1, 0), (max(REMIND_REVIEWERS_DAYS), -1, 1), (1, 0, 1), (0, -1, 0)],
)
def test_clock_reminds_in_the_last_days_before_the_reviews_are_due(days, hours, expected):
    asked_long_ago(assigned(eligible(due_in(days, hours))))

    remind_reviewers()
    remind_reviewers()

    assert len(reminders()) == expected


def test_clock_reminds_once_for_each_of_the_days_and_for_a_new_time():
    call = due_in(max(REMIND_REVIEWERS_DAYS), -1)
    asked_long_ago(assigned(eligible(call)))

    for days in (None, min(REMIND_REVIEWERS_DAYS), min(REMIND_REVIEWERS_DAYS) + 0.5):
        if days:
            type(call).objects.update(reviews_due_at=timezone.now() + timedelta(days=days, hours=-1))
        remind_reviewers()
        remind_reviewers()

    assert len(reminders()) == 3


def test_clock_leaves_out_who_was_just_asked_and_who_is_done():
    call = due_in(1)
    assigned(eligible(call))
    asked_long_ago(scored(eligible(call), 3, 3))
    asked_long_ago(assigned(eligible(closed_call())))

    remind_reviewers()

    assert reminders() == []


def test_clock_names_the_time_until_which():
    call = due_in(1)
    asked_long_ago(assigned(eligible(call)))

    remind_reviewers()

    day = timezone.localtime(call.reviews_due_at)
    body = Message.objects.get(template="applications/email/review_reminder").body
    assert f"{day:%H:%M}" in body
    assert str(day.day) in body


def test_buttons_remind_one_some_and_all():
    call = closed_call()
    first, second, third = (assigned(eligible(call)) for _number in range(3))
    done = scored(eligible(call), 3, 3)
    client = Client()
    client.force_login(person(Role.MANAGER))

    def address(kind, *args):
        return reverse(f"admin:applications_review_decide_{kind}", args=args)

    client.post(address("one", first.pk, "remind"))
    one = len(reminders())
    client.post(address("many", "remind-ticked"), {"targets": f"{first.pk},{second.pk},{done.pk}"})
    some = len(reminders())
    preview = client.get(address("many", "remind-all")).content.decode()
    told = client.post(address("many", "remind-all"), follow=True).content.decode()

    assert (one, some, len(reminders())) == (1, 2, 3)
    assert f"{third.reviewer.get_full_name()}: 1 unfinished review" in preview
    assert "Reminder sent to 1 reviewer." in told
    assert reminders()[-1][0] == third.reviewer.email
