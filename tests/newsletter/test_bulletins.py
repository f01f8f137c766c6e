"""Bulletins: who gets what, once; what they may contain; who may send them."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.mail import pipeline as mail_pipeline
from core.mail.enums import MessageStatus
from core.mail.models import Message
from core.markdown import to_html
from impact.demo.clock import at
from newsletter import actions, dashboard, links, pipeline, tasks
from newsletter.enums import BULLETIN_MOVES, BulletinStatus, Topic
from newsletter.models import Bulletin, Delivery
from tests.core.accounts.factories import make_staff
from tests.core.mail.test_outbox import make_message
from tests.newsletter.factories import ask, make_bulletin, make_subscriber
from tests.support.mailbox import as_received

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return make_staff(Role.COMMUNICATIONS, email="news@oecd.example")


def bulletin_mails():
    rows = Message.objects.filter(template=pipeline.TEMPLATE).order_by("to")
    return {row.to: row for row in rows}


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
    assert "/fr/newsletter/unsubscribe/" in as_received(mails["fr@example.org"]).body
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


def test_bulletin_that_failed_is_edited_only_while_nobody_has_it(writer):
    untouched, half_sent = make_bulletin(), make_bulletin()
    make_subscriber()
    actions.schedule(bulletin_id=half_sent.pk, by=writer)
    pipeline.send_next_batch(half_sent.pk)
    Bulletin.objects.update(status="failed", failures=5, error="x", send_at=timezone.now())

    actions.unschedule(bulletin_id=untouched.pk, by=writer)
    with pytest.raises(NotAllowed, match="Some subscribers have this bulletin already"):
        actions.unschedule(bulletin_id=half_sent.pk, by=writer)

    untouched.refresh_from_db()
    half_sent.refresh_from_db()
    assert (untouched.status, untouched.failures, untouched.error) == ("draft", 0, "")
    assert half_sent.status == "failed"


def test_leaving_while_a_bulletin_waits_takes_it_back(writer):
    subscriber = make_subscriber()
    send_now(make_bulletin(), writer)
    mail = bulletin_mails()[subscriber.email]
    Message.objects.filter(pk=mail.pk).update(status=MessageStatus.QUEUED)

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
        (writer.email, "[Test] Webinaire en mai"),
    ]
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold**", "<p><strong>bold</strong></p>"),
        ("# First\n\n##### Fifth", "<h2>First</h2>\n<h4>Fifth</h4>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://tracker.example/x.png)", "<p></p>"),
        ('<a href="https://x" onclick="y">x</a>', "&lt;a"),
    ],
)
def test_markdown_comes_out_as_safe_html(text, html):
    assert html in to_html(text)
    assert "<script" not in to_html(text)
    assert "<img" not in to_html(text)


@pytest.fixture
def desk(client, settings, writer):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_bulletin_is_written_previewed_tested_and_sent_in_the_administration(desk, writer):
    make_subscriber("reader@example.org")
    text = {
        "topics": ["events"],
        "subject_en": "News",
        "body_en": "**Hello**",
        "subject_fr": "Nouvelles",
        "body_fr": "**Bonjour**",
        "changes-TOTAL_FORMS": "0",
        "changes-INITIAL_FORMS": "0",
    }
    desk.post(reverse("admin:newsletter_bulletin_add"), text)
    bulletin = Bulletin.objects.get()
    assert bulletin.created_by == writer
    page = reverse("admin:newsletter_bulletin_change", args=[bulletin.pk])
    assertContains(desk.get(page), "<strong>Bonjour</strong>")

    def decide(name):
        return reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, name])

    assertContains(desk.get(decide("schedule")), "1 subscriber would get it now")
    desk.post(decide("test"))
    desk.post(decide("schedule"), {"send_at_0": "", "send_at_1": ""})
    tasks.sweep()

    assert set(bulletin_mails()) == {"reader@example.org", writer.email}
    assert desk.post(page, text | {"subject_en": "Changed"}).status_code == 403
    bulletin.refresh_from_db()
    assert (str(bulletin.subject), bulletin.status) == ("News", BulletinStatus.SENT)


def test_draft_may_lack_french_and_is_not_sent_without_it(desk, writer):
    make_subscriber("reader@example.org", language="fr")
    text = {"topics": ["events"], "subject_en": "News", "body_en": "Hello", "subject_fr": "", "body_fr": ""}
    management = {"changes-TOTAL_FORMS": "0", "changes-INITIAL_FORMS": "0"}

    refused = desk.post(reverse("admin:newsletter_bulletin_add"), text | management | {"body_en": ""})
    desk.post(reverse("admin:newsletter_bulletin_add"), text | management)

    assert "English: This field is required." in refused.content.decode()
    bulletin = Bulletin.objects.get()
    with pytest.raises(ValidationError, match="Missing: French: subject, text"):
        actions.schedule(bulletin_id=bulletin.pk, by=writer)
    bulletin.refresh_from_db()
    assert (bulletin.status, bulletin.send_at, bulletin_mails()) == (BulletinStatus.DRAFT, None, {})
    with pytest.raises(IntegrityError, match="bulletin_scheduled_is_complete"), transaction.atomic():
        Bulletin.objects.update(status=BulletinStatus.SCHEDULED, send_at=timezone.now())


def test_reader_of_a_language_that_is_missing_gets_english_and_staff_are_told(desk, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("de", "German")]
    subscriber = make_subscriber("leser@example.org", language="de")
    bulletin = make_bulletin()
    page = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    assertContains(desk.get(page), "Not translated yet, sent in English: German: subject, text.")
    desk.post(page, {"send_at_0": "", "send_at_1": ""})
    tasks.sweep()

    assert bulletin_mails()[subscriber.email].subject == "Webinar in May"
    assert pipeline.contents(bulletin, "de")["language"] == "en"


def test_time_of_a_schedule_is_brussels_time(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    desk.post(address, {"send_at_0": "2027-07-01", "send_at_1": "09:00"})

    bulletin.refresh_from_db()
    assert bulletin.send_at.isoformat() == "2027-07-01T07:00:00+00:00"


def test_past_time_is_refused_on_the_page(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    response = desk.post(address, {"send_at_0": "2025-07-01", "send_at_1": "09:00"})

    assertContains(response, "This time is past", status_code=409)
    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.DRAFT


@pytest.mark.parametrize("day", ["0027-07-01", "2020-07-01", "2207-07-01"])
def test_time_that_nobody_can_have_meant_is_refused_beside_the_field(desk, day):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    response = desk.post(address, {"send_at_0": day, "send_at_1": "09:00"})

    assert response.context["form"].errors == {"send_at": ["Enter a date from 2025 to 2034."]}
    assertContains(response, day)
    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.DRAFT


def test_empty_time_sends_now(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    desk.post(address, {"send_at_0": "", "send_at_1": ""})

    bulletin.refresh_from_db()
    assert bulletin.status != BulletinStatus.DRAFT
    assert bulletin.send_at is not None


MAY = {
    Role.REVIEWER: (403, 403),
    Role.MANAGER: (403, 403),
    Role.COMMUNICATIONS: (200, 302),
    Role.AUDITOR: (200, 403),
    Role.ADMINISTRATOR: (200, 403),
}


@pytest.mark.parametrize("role", Role)
def test_role_sees_and_changes_subscribers_or_not(client, settings, role):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    subscriber = make_subscriber()
    client.force_login(make_staff(role), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:newsletter_subscriber_decide_one", args=[subscriber.pk, "unsubscribe"])

    seen = client.get(reverse("admin:newsletter_subscriber_change", args=[subscriber.pk])).status_code
    changed = client.post(address, {"reason": "Asked by phone"}).status_code

    assert (seen, changed) == MAY[role]
    subscriber.refresh_from_db()
    assert subscriber.status == ("unsubscribed" if role == Role.COMMUNICATIONS else "confirmed")


@pytest.mark.parametrize("model", ["subscriber", "bulletin"])
def test_list_queries_do_not_grow_with_rows(desk, model, django_assert_max_num_queries):
    for _number in range(20):
        make_subscriber()
        make_bulletin()

    with django_assert_max_num_queries(12):
        assert desk.get(reverse(f"admin:newsletter_{model}_changelist")).status_code == 200


def test_home_counts_drafts_for_who_may_send(writer):
    make_bulletin()

    assert [item.count for item in dashboard.waiting_for(writer)] == [1, 0]
    assert dashboard.waiting_for(make_staff(Role.AUDITOR)) == []
