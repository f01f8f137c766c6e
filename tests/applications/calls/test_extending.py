"""A later closing time, and the publication of results."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from applications.calls import actions
from applications.enums import CallState
from applications.models import CallExtension, Member
from applications.selecting.actions import confirming, lettering, publishing
from core.accounts.enums import Role
from core.checklists import NotFinished
from core.mail.models import Message
from tests.applications.staff_clients import as_, decide
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import draft, eligible, lead_of, submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.people import person
from tests.builders.selections import proposed
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


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
    in_time, decided = submitted(call), eligible(call)
    Member.objects.create(application=in_time, user=both, role="edit")
    draft(closed_call())

    actions.extend(call_id=call.pk, by=person(Role.MANAGER), closes_at=later(), reason="Down.")

    leads = [lead_of(application).email for application in (first, second, in_time)]
    told = Message.objects.filter(template="applications/email/extended")
    assert sorted(told.values_list("to", flat=True)) == sorted([*leads, both.email])
    stays = told.filter(body__contains="What you have submitted remains valid.")
    assert list(stays.values_list("to", flat=True)) == [lead_of(in_time).email]
    assert list(actions.too_late_to_change(call)) == [decided]


def test_page_names_those_whom_an_extension_would_leave_out():
    call = closed_call()
    decided, withdrawn = eligible(call), submitted(call, "withdrawn")
    submitted(call)

    page = as_(Role.MANAGER).get(decide(call, "extend")).content.decode()

    assert f"These applications have a verdict and will not change: {decided.reference}." in page
    assert withdrawn.reference not in page


def test_mistaken_extension_is_corrected_and_the_same_people_are_told():
    call, manager = closed_call(), person(Role.MANAGER)
    lead = lead_of(draft(call))
    before = call.closes_at
    actions.extend(call_id=call.pk, by=manager, closes_at=later(300), reason="The site was down.")

    client = as_(Role.MANAGER)
    assert "Before the extension:" in client.get(decide(call, "correct-extension")).content.decode()
    for wrong in (later(0.5), later(300), later(301), before - timedelta(days=1)):
        with pytest.raises(ValidationError):
            actions.correct_extension(call_id=call.pk, by=manager, closes_at=wrong, reason="No.")
    nearer = later(30)
    actions.correct_extension(call_id=call.pk, by=manager, closes_at=nearer, reason="Wrong month.")

    call.refresh_from_db()
    assert (call.closes_at, [row.is_correction for row in call.extensions.all()]) == (nearer, [False, True])
    subjects = [
        m.subject for m in Message.objects.filter(to=lead.email, template="applications/email/extended")
    ]
    assert [subject.rpartition(" closes ")[2] for subject in sorted(subjects)] == [
        "earlier than announced",
        "later",
    ]
    assert "Corrected:" in client.get(call.get_absolute_url()).content.decode()


def test_call_that_was_not_extended_has_nothing_to_correct():
    call = open_call()

    with pytest.raises(ValidationError, match="has not been extended"):
        actions.correct_extension(call_id=call.pk, by=person(Role.MANAGER), closes_at=later(2), reason="No.")
    with pytest.raises(IntegrityError), transaction.atomic():
        CallExtension.objects.create(
            call=call, closed_at=call.closes_at, closes_at=later(1), reason="x", by=person(Role.MANAGER)
        )


@pytest.mark.parametrize(
    ("fields", "closes_at"),
    [
        ({"closes_at": None}, later()),
        ({}, later(-2)),
        ({"closes_at": later(5)}, later(4)),
        ({}, later(400)),
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
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    return call, selection


def test_results_are_published_once_everything_is_decided_and_told():
    call, selection = decided_call()
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    publishing.publish_results(accepting=ALL_THE_SAME, call_id=call.pk, by=person(Role.MANAGER))

    call.refresh_from_db()
    assert call.state == CallState.PUBLISHED
    with pytest.raises(ValidationError):
        publishing.publish_results(accepting=ALL_THE_SAME, call_id=call.pk, by=person(Role.MANAGER))


def test_results_wait_for_the_letters():
    call, _selection = decided_call()

    with pytest.raises(NotFinished, match="still held"):
        publishing.publish_results(accepting=ALL_THE_SAME, call_id=call.pk, by=person(Role.MANAGER))

    call.refresh_from_db()
    assert call.state == CallState.CLOSED


@pytest.mark.parametrize("status", ["submitted", "returned", "eligible"])
def test_results_wait_for_every_outcome(status):
    call = closed_call()
    submitted(call, status)

    with pytest.raises(NotFinished, match="no outcome"):
        publishing.publish_results(accepting=ALL_THE_SAME, call_id=call.pk, by=person(Role.MANAGER))


def test_results_of_an_open_call_are_refused():
    call = closed_call(closes_at=later())

    with pytest.raises(ValidationError):
        publishing.publish_results(accepting=ALL_THE_SAME, call_id=call.pk, by=person(Role.MANAGER))
