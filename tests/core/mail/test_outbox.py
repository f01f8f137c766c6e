"""The outbox: a row in the business transaction, sent once, with every outcome on record."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail import actions, pipeline, tasks
from core.mail.enums import MessageStatus
from core.mail.models import Message
from impact.demo.clock import at
from tests.builders.mails import TEMPLATE, make_message
from tests.builders.people import make_administrator, make_staff
from tests.support.smtp import mail_server

pytestmark = pytest.mark.django_db


def post(**fields) -> None:
    actions.post(
        **{"template": TEMPLATE, "to": "ana@example.org", "context": {"email": "x"}, "dedupe_key": "k"}
        | fields
    )


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "core.mail.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def test_post_writes_one_row_however_often_it_is_asked():
    post()
    post(to="other@example.org")
    assert Message.objects.get().to == "ana@example.org"


def test_post_sends_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post()
        assert mail.outbox == []
    assert [m.to for m in mail.outbox] == [["ana@example.org"]]
    assert Message.objects.get().status == MessageStatus.SENT


def test_post_leaves_nothing_when_the_business_is_rolled_back():
    with transaction.atomic():
        post()
        assert Message.objects.exists()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_post_with_the_broker_down_keeps_the_row_and_raises_nothing(
    django_capture_on_commit_callbacks, monkeypatch
):
    def broken(*args, **kwargs):
        raise ConnectionError("the broker is down")

    monkeypatch.setattr(tasks.deliver_due, "delay", broken)
    with django_capture_on_commit_callbacks(execute=True):
        post()
    assert Message.objects.get().status == MessageStatus.QUEUED
    monkeypatch.undo()
    tasks.sweep()
    assert Message.objects.get().status == MessageStatus.SENT


def test_worker_is_called_once_until_it_comes(django_capture_on_commit_callbacks, monkeypatch):
    called = []
    monkeypatch.setattr(tasks.deliver_due, "delay", lambda: called.append(True))
    for number in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            post(dedupe_key=f"first:{number}")
    assert called == [True]
    tasks.deliver_due()
    with django_capture_on_commit_callbacks(execute=True):
        post(dedupe_key="second")
    assert called == [True, True]


def test_mail_written_during_the_last_look_calls_the_worker_again(
    django_capture_on_commit_callbacks, monkeypatch
):
    """The look may have been before its commit; what is written earlier is found by a later look."""
    called, looks = [], []
    monkeypatch.setattr(tasks.deliver_due, "delay", lambda: called.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        post(dedupe_key="first")

    def looks_while_another_is_written():
        looks.append(len(called))
        with django_capture_on_commit_callbacks(execute=True):
            post(dedupe_key=f"look:{len(looks)}")

    monkeypatch.setattr(tasks.pipeline, "claim", looks_while_another_is_written)
    tasks.deliver_due()
    assert [looks, called] == [[1, 1], [True, True]]


def test_every_mail_says_that_a_machine_wrote_it_and_who_reads_an_answer(settings):
    settings.CONTACT_EMAIL = "team@example.org"
    make_message()
    make_message(headers={"Reply-To": "somebody@example.org"})

    for _message in range(2):
        pipeline.deliver(pipeline.claim())

    sent = [email.message() for email in mail.outbox]
    assert [email["Auto-Submitted"] for email in sent] == ["auto-generated"] * 2
    assert [email["Reply-To"] for email in sent] == ["team@example.org", "somebody@example.org"]


def test_same_message_carries_the_same_id_at_every_try():
    message = make_message()
    pipeline.deliver(pipeline.claim())
    assert str(message.public_id) in mail.outbox[0].extra_headers["Message-ID"]


def test_urgent_mail_leaves_before_a_bulletin(django_capture_on_commit_callbacks):
    for _number in range(3):
        make_message(not_before=timezone.now() - timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        post(is_urgent=True)
    assert mail.outbox[0].to == ["ana@example.org"]
    assert len(mail.outbox) == 4


def test_task_hands_over_before_its_time_limit(monkeypatch):
    """Each e-mail takes 25 seconds here: the third is begun before the minute is over, the fourth is not."""
    for _number in range(4):
        make_message()
    handed_over, now = [], 0.0

    def deliver(message):
        nonlocal now
        now += 25
        pipeline.deliver(message)

    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(tasks, "pipeline", SimpleNamespace(claim=pipeline.claim, deliver=deliver))
    monkeypatch.setattr(tasks.deliver_due, "delay", lambda: handed_over.append(True))
    tasks.deliver_due()
    assert (len(mail.outbox), handed_over) == (3, [True])


def test_worker_stays_a_moment_for_what_is_written_meanwhile(monkeypatch):
    """In a worker, one task sends what comes while it waits; then the next e-mail calls again."""
    now, waited = 0.0, []

    def wait(seconds):
        nonlocal now
        now += seconds
        waited.append(seconds)
        if len(waited) in (2, 4):
            make_message()

    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: now, sleep=wait))
    cache.set(tasks.CALLED, True)
    tasks.deliver_due.push_request(called_directly=False)
    try:
        tasks.deliver_due.run()
    finally:
        tasks.deliver_due.pop_request()

    assert len(mail.outbox) == 2
    assert tasks.STAYS_SECONDS <= now < tasks.STAYS_SECONDS + 2 * tasks.LOOKS_EVERY_SECONDS
    assert tasks.CALLED not in cache


def test_nobody_who_calls_the_task_itself_waits(monkeypatch):
    monkeypatch.setattr(tasks.time, "sleep", lambda seconds: pytest.fail("waits"))
    for runs in (tasks.deliver_due, tasks.deliver_due.apply):
        make_message()
        runs()
    assert len(mail.outbox) == 2


def test_mail_server_out_of_reach_means_another_try(settings):
    settings.EMAIL_BACKEND = "core.mail.smtp.EmailBackend"
    with mail_server() as closed:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed.port
    message = make_message()
    tasks.deliver_due()
    message.refresh_from_db()
    assert (message.status, message.attempts) == (MessageStatus.QUEUED, 1)
    assert "ConnectionRefusedError" in message.error
    assert message.not_before > timezone.now()


def test_sixth_failure_is_left_to_staff(settings):
    settings.EMAIL_BACKEND = "core.mail.smtp.EmailBackend"
    with mail_server() as closed:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed.port
    message = make_message(attempts=5)
    tasks.deliver_due()
    message.refresh_from_db()
    assert (message.status, message.attempts) == (MessageStatus.FAILED, 6)


@pytest.mark.parametrize(
    ("part", "answer", "status"),
    [
        ("answer_to_address", "550 no such person", MessageStatus.FAILED),
        ("answer_to_address", "450 try later", MessageStatus.QUEUED),
        ("answer_to_text", "554 refused", MessageStatus.FAILED),
        ("answer_to_text", "451 try later", MessageStatus.QUEUED),
    ],
)
def test_answer_of_the_mail_server_decides(server, part, answer, status):
    setattr(server, part, answer)
    message = make_message()
    tasks.deliver_due()
    message.refresh_from_db()
    assert (message.status, server.accepted) == (status, [])
    assert answer[:3] in message.error


def test_connection_lost_before_the_answer_leaves_the_mail_in_doubt(server):
    def hang_up(running):
        raise ConnectionError

    server.handle_error = lambda *args: None
    server.before_answer = hang_up
    message = make_message()
    tasks.deliver_due()
    message.refresh_from_db()
    assert message.status == MessageStatus.DOUBT
    tasks.sweep()
    assert server.started == 1


def test_header_injection_is_refused_at_once(server):
    message = make_message(subject="Hello\nBcc: other@example.org")
    tasks.deliver_due()
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED
    assert server.accepted == []


def test_attachment_and_headers_arrive(server):
    with transaction.atomic():
        post(
            headers={"List-Unsubscribe": "<https://example.org/u>"},
            attachments=[actions.Attachment("receipt.pdf", "application/pdf", b"%PDF-1.7")],
        )
    tasks.deliver_due()
    (received,) = server.accepted
    assert received["List-Unsubscribe"] == "<https://example.org/u>"
    part = received.get_payload()[1]
    assert (part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) == (
        "receipt.pdf",
        "application/pdf",
        b"%PDF-1.7",
    )
    assert Message.objects.get().status == MessageStatus.SENT


def test_held_mail_waits_for_its_release(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(is_held=True)
    tasks.sweep()
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.release(keys=["k"]) == 1
    assert len(mail.outbox) == 1


def test_abandoned_claim_is_doubted_and_never_sent_by_itself():
    old, young = make_message(), make_message()
    assert pipeline.claim() == old
    with at(timezone.now() + timedelta(minutes=3)):
        assert pipeline.claim() == young
        tasks.sweep()
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == (MessageStatus.DOUBT, MessageStatus.SENDING)
    assert mail.outbox == []


def test_slow_worker_does_not_write_over_a_new_try():
    slow = make_message()
    claimed = pipeline.claim()
    with at(timezone.now() + timedelta(hours=1)):
        pipeline.mark_abandoned()
    actions.resend(message_id=slow.pk, by=make_administrator())
    pipeline.deliver(claimed)
    slow.refresh_from_db()
    assert (slow.status, slow.attempts) == (MessageStatus.QUEUED, 0)


VERBS = {
    "resend": (
        actions.resend,
        {MessageStatus.FAILED, MessageStatus.DOUBT, MessageStatus.RETURNED},
        MessageStatus.QUEUED,
    ),
    "release_held": (actions.release_held, {MessageStatus.HELD}, MessageStatus.QUEUED),
    "give_up": (
        actions.give_up,
        {
            MessageStatus.HELD,
            MessageStatus.QUEUED,
            MessageStatus.FAILED,
            MessageStatus.DOUBT,
            MessageStatus.RETURNED,
        },
        MessageStatus.DISCARDED,
    ),
}


@pytest.mark.parametrize("status", MessageStatus)
@pytest.mark.parametrize("verb", VERBS)
def test_staff_decide_about_mail_only_where_it_makes_sense(verb, status):
    act, possible, after = VERBS[verb]
    message = make_message(status)
    by = make_administrator()
    if status in possible:
        act(message_id=message.pk, by=by)
    else:
        with pytest.raises(NotAllowed):
            act(message_id=message.pk, by=by)
    message.refresh_from_db()
    assert message.status == (after if status in possible else status)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.AUDITOR])
@pytest.mark.parametrize("verb", VERBS)
def test_others_decide_nothing_about_mail(verb, role):
    act, possible, _after = VERBS[verb]
    message = make_message(sorted(possible)[0])
    with pytest.raises(NotAllowed):
        act(message_id=message.pk, by=make_staff(role))
    before = message.status
    message.refresh_from_db()
    assert message.status == before


def test_resent_mail_names_who_sent_it_again():
    message, by = make_message(MessageStatus.DOUBT), make_administrator()
    actions.resend(message_id=message.pk, by=by)
    message.refresh_from_db()
    assert message.resent_by == by
