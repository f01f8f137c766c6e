"""A later closing time, and the publication of results."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from applications.calls import actions
from applications.enums import CallState
from applications.models import Member
from applications.selecting.actions import confirming, lettering, publishing
from core.accounts.enums import Role
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import proposed
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


def later(days=3):
    return timezone.now() + timedelta(days=days)


def test_extension_reopens_the_call_and_stays_on_record():
    call, manager = closed_call(), person(Role.MANAGER)
    before, after = call.closes_at, later()

    actions.extend(call_id=call.pk, by=manager, closes_at=after, reason="The site was down.")

    call.refresh_from_db()
    extension = call.extensions.get()
    assert (call.closes_at, call.state) == (after, CallState.OPEN)
    assert (extension.closed_at, extension.closes_at, extension.by) == (before, after, manager)
    assert (call.history.first().history_user, call.history.first().history_change_reason) == (
        manager,
        "The site was down.",
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        call.extensions.update(reason="Another")


def test_extension_is_told_once_to_everyone_who_writes_on_a_draft():
    call = closed_call()
    first, second = draft(call), draft(call)
    both = person()
    Member.objects.create(application=first, user=both, role="edit")
    Member.objects.create(application=second, user=both, role="edit")
    Member.objects.create(application=first, user=person(), role="view")
    submitted(call)
    draft(closed_call())

    actions.extend(call_id=call.pk, by=person(Role.MANAGER), closes_at=later(), reason="Down.")

    leads = [application.members.get(role="lead").user.email for application in (first, second)]
    assert sorted(to for _name, to, _status in mails()) == sorted([*leads, both.email])


@pytest.mark.parametrize(
    ("fields", "closes_at"),
    [
        ({"closes_at": None}, later()),
        ({}, later(-2)),
        ({"closes_at": later(5)}, later(4)),
        ({"results_published_at": later(-1)}, later()),
    ],
)
def test_extension_that_makes_no_sense_is_refused(fields, closes_at):
    call = closed_call(**fields)
    if call.closes_at:  # else nobody could begin yet
        draft(call)
    before = call.closes_at

    with pytest.raises(ValidationError):
        actions.extend(call_id=call.pk, by=person(Role.MANAGER), closes_at=closes_at, reason="Why not")

    call.refresh_from_db()
    assert (call.closes_at, call.extensions.count(), mails()) == (before, 0, [])


def decided_call():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))
    return call, selection


def test_results_are_published_once_everything_is_decided_and_told():
    call, selection = decided_call()
    lettering.release(selection_id=selection.pk, by=person(Role.MANAGER))

    publishing.publish_results(call_id=call.pk, by=person(Role.MANAGER))

    call.refresh_from_db()
    assert call.state == CallState.PUBLISHED
    with pytest.raises(ValidationError):
        publishing.publish_results(call_id=call.pk, by=person(Role.MANAGER))


def test_results_wait_for_the_letters():
    call, _selection = decided_call()

    with pytest.raises(ValidationError, match="Release the letters"):
        publishing.publish_results(call_id=call.pk, by=person(Role.MANAGER))

    call.refresh_from_db()
    assert call.state == CallState.CLOSED


@pytest.mark.parametrize("status", ["submitted", "returned", "eligible"])
def test_results_wait_for_every_outcome(status):
    call = closed_call()
    submitted(call, status)

    with pytest.raises(ValidationError, match="no outcome"):
        publishing.publish_results(call_id=call.pk, by=person(Role.MANAGER))


def test_results_of_an_open_call_are_refused():
    call = closed_call(closes_at=later())

    with pytest.raises(ValidationError):
        publishing.publish_results(call_id=call.pk, by=person(Role.MANAGER))
