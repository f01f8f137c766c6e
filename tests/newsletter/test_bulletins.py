"""Bulletins: who gets what, once; what they may contain; who may send them."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.mail import pipeline as mail_pipeline
from core.mail.enums import MessageStatus
from core.mail.models import Message
from impact.demo.clock import at
from newsletter import actions, links, pipeline, tasks
from newsletter.enums import BULLETIN_MOVES, BulletinStatus, Topic
from newsletter.models import Bulletin, Delivery
from tests.builders.mails import make_message
from tests.builders.newsletter import ask, make_bulletin, make_subscriber
from tests.builders.people import make_staff
from tests.newsletter.writing import bulletin_mails
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db


def send_now(bulletin, by):
    actions.schedule(bulletin_id=bulletin.pk, by=by)
    tasks.sweep()


def test_bulletin_reaches_confirmed_readers_of_its_topics_in_their_language(writer):
    make_subscriber("en@example.org", [Topic.EVENTS, Topic.CALLS])
    make_subscriber("fr@example.org", [Topic.EVENTS], "fr")
    make_subscriber("other@example.org", [Topic.CALLS])
    ask("pending@example.org", [Topic.EVENTS])
    actions.unsubscribe(subscriber_id=make_subscriber("left@example.org").pk)
    actions.erase(subscriber_id=make_subscriber("erased@example.org").pk)

    send_now(make_bulletin(), writer)

    mails = bulletin_mails()
    assert {to: mail.subject for to, mail in mails.items()} == {
        "en@example.org": "Webinar in May",
        "fr@example.org": "Webinaire en mai",
    }
    assert "/fr/newsletter/unsubscribe/" in email_of(mails["fr@example.org"]).body
    assert '<a href="https://example.org/webinar"' in mails["en@example.org"].html
    assert mails["en@example.org"].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_reader_gets_text_and_html_and_the_header_for_one_click(writer, mailoutbox):
    subscriber = make_subscriber("reader@example.org")
    send_now(make_bulletin(), writer)

    while message := mail_pipeline.claim():
        mail_pipeline.deliver(message)

    email = mailoutbox[-1]
    (html,) = email.alternatives
    assert email.to == ["reader@example.org"]
    assert "Read [more]" in email.body
    assert "<h2>Join us</h2>" in html.content
    assert email.extra_headers["List-Unsubscribe"] == f"<{links.unsubscribe_address(subscriber)}>"


def test_bulletin_in_batches_reaches_each_once_and_ends(writer, monkeypatch):
    monkeypatch.setattr(pipeline, "BATCH", 2)
    readers = {make_subscriber().email for _number in range(5)}
    bulletin = make_bulletin()

    send_now(bulletin, writer)
    tasks.sweep()
    tasks.send(bulletin.pk)

    bulletin.refresh_from_db()
    assert set(bulletin_mails()) == readers
    assert Delivery.objects.count() == 5
    assert bulletin.status == BulletinStatus.SENT
    assert bulletin.sent_at
    assert [c.to_status for c in bulletin.changes.all()] == ["scheduled", "sending", "sent"]


def test_batch_takes_a_fixed_number_of_queries(writer, django_assert_max_num_queries):
    for _number in range(30):
        make_subscriber()
    bulletin = make_bulletin()
    actions.schedule(bulletin_id=bulletin.pk, by=writer)

    with django_assert_max_num_queries(12):
        pipeline.send_next_batch(bulletin.pk)

    assert Delivery.objects.count() == 30


def test_broken_batch_leaves_no_trace_and_the_next_run_goes_on(writer, monkeypatch):
    monkeypatch.setattr(pipeline, "BATCH", 2)
    for _number in range(4):
        make_subscriber()
    bulletin = make_bulletin()
    actions.schedule(bulletin_id=bulletin.pk, by=writer)
    pipeline.send_next_batch(bulletin.pk)

    with monkeypatch.context() as broken:
        broken.setattr(Delivery.objects, "bulk_create", lambda rows: 1 / 0)
        assert not pipeline.send_next_batch(bulletin.pk)
    assert (len(bulletin_mails()), Delivery.objects.count()) == (2, 2)

    tasks.sweep()
    assert (len(bulletin_mails()), Delivery.objects.count()) == (2, 2)
    with at(timezone.now() + Bulletin.WAITS[0] + timedelta(seconds=1)):
        tasks.sweep()
    assert (len(bulletin_mails()), Delivery.objects.count()) == (4, 4)
    bulletin.refresh_from_db()
    assert (bulletin.status, bulletin.failures, bulletin.error) == ("sent", 0, "")


@pytest.mark.parametrize("is_last", [False, True])
def test_subscriber_to_whom_nothing_can_be_written_stops_nobody_else(desk, writer, monkeypatch, is_last):
    monkeypatch.setattr(pipeline, "BATCH", 2)
    readers = [make_subscriber() for _number in range(4)]
    bad = readers.pop(-1 if is_last else 0)
    bulletin = make_bulletin()
    # Its key was used before: the database refuses the whole batch.
    make_message(MessageStatus.SENT, dedupe_key=f"bulletin:{bulletin.pk}:{bad.about}")

    send_now(bulletin, writer)

    bulletin.refresh_from_db()
    assert set(bulletin_mails()) == {reader.email for reader in readers}
    assert (bulletin.status, bulletin.failures) == (BulletinStatus.SENT, 0)
    assert list(bulletin.deliveries.failed().values_list("subscriber", "error")) == [
        (bad.pk, "IntegrityError")
    ]
    page = reverse("admin:newsletter_bulletin_change", args=[bulletin.pk])
    assertContains(desk.get(page), f"{bad.email} (IntegrityError)")


def test_bulletin_that_failed_is_edited_only_while_nobody_has_it(writer, monkeypatch):
    monkeypatch.setattr(pipeline, "BATCH", 1)
    untouched, half_sent = make_bulletin(), make_bulletin()
    for _number in range(2):
        make_subscriber()
    actions.schedule(bulletin_id=half_sent.pk, by=writer)
    pipeline.send_next_batch(half_sent.pk)
    actions.schedule(bulletin_id=untouched.pk, by=writer)
    with monkeypatch.context() as patch:
        patch.setattr(Delivery.objects, "bulk_create", lambda _rows: 1 / 0)
        for turn in range(len(Bulletin.WAITS) + 1):
            with at(timezone.now() + turn * timedelta(hours=7)):
                tasks.sweep()

    actions.unschedule(bulletin_id=untouched.pk, by=writer)
    with pytest.raises(NotAllowed, match="Some subscribers have already received this bulletin,"):
        actions.unschedule(bulletin_id=half_sent.pk, by=writer)

    untouched.refresh_from_db()
    half_sent.refresh_from_db()
    assert (untouched.status, untouched.failures, untouched.error) == ("draft", 0, "")
    assert half_sent.status == "failed"


def test_leaving_while_a_bulletin_waits_takes_it_back(writer):
    subscriber = make_subscriber()
    send_now(make_bulletin(), writer)
    mail = bulletin_mails()[subscriber.email]
    assert mail.status == MessageStatus.QUEUED

    actions.unsubscribe(subscriber_id=subscriber.pk)

    mail.refresh_from_db()
    assert mail.status == MessageStatus.DISCARDED


def test_schedule_stands_when_the_broker_is_down(writer, django_capture_on_commit_callbacks):
    bulletin = make_bulletin()

    with (
        mock.patch.object(tasks.send, "delay", side_effect=ConnectionError("no broker")),
        django_capture_on_commit_callbacks(execute=True),
    ):
        actions.schedule(bulletin_id=bulletin.pk, by=writer)

    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.SCHEDULED


def test_scheduled_bulletin_waits_for_its_time(writer):
    make_subscriber()
    bulletin = make_bulletin()
    actions.schedule(bulletin_id=bulletin.pk, by=writer, send_at=timezone.now() + timedelta(hours=1))

    tasks.sweep()
    assert bulletin_mails() == {}

    Bulletin.objects.update(send_at=timezone.now())
    tasks.sweep()
    assert len(bulletin_mails()) == 1


def test_unscheduled_bulletin_is_not_sent(writer):
    make_subscriber()
    bulletin = make_bulletin()
    actions.schedule(bulletin_id=bulletin.pk, by=writer, send_at=timezone.now() + timedelta(hours=1))

    actions.unschedule(bulletin_id=bulletin.pk, by=writer)
    Bulletin.objects.update(send_at=timezone.now())
    tasks.sweep()

    assert bulletin_mails() == {}


@pytest.mark.parametrize(
    ("fields", "send_at"),
    [({}, timedelta(hours=-1)), ({"topics": []}, timedelta(hours=1))],
)
def test_schedule_refuses_past_times_and_no_topic(writer, fields, send_at):
    bulletin = make_bulletin(**fields)

    with pytest.raises(ValidationError):
        actions.schedule(bulletin_id=bulletin.pk, by=writer, send_at=timezone.now() + send_at)

    bulletin.refresh_from_db()
    assert (bulletin.status, bulletin.send_at) == (BulletinStatus.DRAFT, None)


@pytest.mark.parametrize("status", BulletinStatus.values)
@pytest.mark.parametrize(("verb", "to"), [("schedule", "scheduled"), ("unschedule", "draft")])
def test_verb_moves_only_from_its_status(writer, verb, to, status):
    bulletin = make_bulletin(status=status, send_at=timezone.now() + timedelta(hours=1))
    more = {"send_at": bulletin.send_at} if verb == "schedule" else {}

    if to in BULLETIN_MOVES[status]:
        getattr(actions, verb)(bulletin_id=bulletin.pk, by=writer, **more)
    else:
        with pytest.raises(IllegalMove):
            getattr(actions, verb)(bulletin_id=bulletin.pk, by=writer, **more)

    bulletin.refresh_from_db()
    assert bulletin.status == (to if to in BULLETIN_MOVES[status] else status)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_communications_send(role):
    bulletin, staff = make_bulletin(), make_staff(role)

    for verb in ("schedule", "send_test"):
        with pytest.raises(NotAllowed):
            getattr(actions, verb)(bulletin_id=bulletin.pk, by=staff)

    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.DRAFT
    assert bulletin_mails() == {}


def test_test_goes_to_the_writer_alone_in_both_languages(writer):
    make_subscriber()

    actions.send_test(bulletin_id=make_bulletin().pk, by=writer)

    rows = Message.objects.filter(template=pipeline.TEMPLATE).order_by("language")
    assert [(row.to, row.subject) for row in rows] == [
        (writer.email, "[Test] Webinar in May"),
        (writer.email, "[Essai] Webinaire en mai"),
    ]
    assert not Delivery.objects.exists()
