"""Returned mail: reports are recognised, hostile ones do no harm, and what came back is shown."""

from __future__ import annotations

import io
import mailbox
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.mail import returned, sealing
from core.mail.enums import MessageStatus
from core.mail.models import Message
from tests.builders.mails import make_message
from tests.core.mail.reports import (
    DELAYED,
    DELAYED_BY_EXIM,
    NO_SUCH,
    OLD_STYLE,
    OUT_OF_OFFICE,
    REPORTS,
    in_free_words,
    pipe,
    report,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_report_marks_the_mail_that_came_back_with_the_reason(monkeypatch, original):
    message, other = make_message(MessageStatus.SENT), make_message(MessageStatus.SENT)

    assert pipe(monkeypatch, report(message, original=original)) == "returned: 1"

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.status, other.status) == (MessageStatus.RETURNED, MessageStatus.SENT)
    assert message.error == f"5.1.1 {NO_SUCH}"
    assert message.returned_at is not None


def test_report_of_an_old_server_is_understood(monkeypatch):
    message = make_message(MessageStatus.DOUBT)

    assert pipe(monkeypatch, OLD_STYLE.format(id=message.public_id).encode()) == "returned: 1"

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.RETURNED, "5.1.1 no such user")


@pytest.mark.parametrize("words", DELAYED)
def test_notice_of_a_delay_is_no_returned_mail(words):
    report = returned.read(in_free_words(make_message(MessageStatus.SENT), words).encode())

    assert report is None


@pytest.mark.parametrize("kind", REPORTS)
def test_report_of_every_common_server_is_understood(monkeypatch, kind):
    make, reason = REPORTS[kind]
    message = make_message(MessageStatus.SENT)

    assert pipe(monkeypatch, make(message).encode()) == "returned: 1"

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.RETURNED, reason)


@pytest.mark.parametrize("who", ["Ana <ana@town.example>", "Postal service <postmaster@town.example>"])
def test_reply_of_somebody_away_is_no_returned_mail(monkeypatch, who):
    message = make_message(MessageStatus.SENT)

    assert pipe(monkeypatch, OUT_OF_OFFICE.format(id=message.public_id, who=who).encode()).startswith(
        "no report"
    )
    pipe(monkeypatch, DELAYED_BY_EXIM.format(id=message.public_id).encode())

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.SENT, "")


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.7.1"), ("relayed", "2.0.0")]
)
def test_what_is_not_for_good_changes_nothing(monkeypatch, action, status):
    message = make_message(MessageStatus.SENT)

    pipe(monkeypatch, report(message, action=action, status=status))

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.SENT, "")


def test_same_report_again_changes_nothing(monkeypatch):
    message = make_message(MessageStatus.SENT)
    pipe(monkeypatch, report(message))
    at = Message.objects.get(pk=message.pk).returned_at

    assert pipe(monkeypatch, report(message)) == "delayed, unknown or noted before: 1"

    assert Message.objects.get(pk=message.pk).returned_at == at


@pytest.mark.parametrize("status", returned.MAY_COME_BACK)
def test_what_came_back_keeps_no_secret(monkeypatch, status):
    message = make_message(status, has_secrets=True, sealed=sealing.seal({"link": "x"}))

    assert pipe(monkeypatch, report(message)) == "returned: 1"

    message.refresh_from_db()
    assert (message.status, message.sealed) == (MessageStatus.RETURNED, "")


@pytest.mark.parametrize("status", [MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.DISCARDED])
def test_what_has_not_left_cannot_come_back(monkeypatch, status):
    message = make_message(status)
    pipe(monkeypatch, report(message))
    message.refresh_from_db()
    assert message.status == status


def answer_of_a_person(message):
    mail = EmailMessage()
    mail["From"], mail["In-Reply-To"] = "ana@town.example", f"<{message.public_id}@127.0.0.1>"
    mail.set_content("I got error 5.1.1 when I tried to log in. Can you help?")
    return mail.as_bytes()


def nested(message, depth=3000):
    head = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(depth))
    return b"From: MAILER-DAEMON@x\n" + head + report(message)


HOSTILE = {
    "nothing": lambda message: b"",
    "bytes": lambda message: bytes(range(256)) * 40,
    "person": answer_of_a_person,
    "nested": nested,
    "large": lambda message: b"Subject: x\n\n" + b"A" * 3_000_000 + report(message),
    "unknown id": lambda message: report(SimpleNamespace(public_id="00000000-0000-4000-8000-000000000000")),
    "no id": lambda message: report(SimpleNamespace(public_id="nonsense")),
    "bad charset": lambda message: (
        report(message, original="text/plain; charset=nonsense")
        .replace(b"message/delivery-status", b"message/delivery-status; charset=\xff")
        .replace(b"Action: failed", b"Action: \xff\xfe")
    ),
    "text in place of blocks": lambda message: (
        report(message)
        .replace(b"message/delivery-status", b"message/delivery-status\nContent-Transfer-Encoding: base64")
        .replace(b"Action", b"Nothing")
    ),
    "many parts": lambda message: (
        b'From: x@y\nContent-Type: multipart/mixed; boundary="b"\n\n'
        + b"--b\nContent-Type: text/plain\n\nx\n" * 20_000
        + b"Message-ID: <%s@x>\n" % str(message.public_id).encode()
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_does_no_harm(monkeypatch, kind):
    message = make_message(MessageStatus.SENT)

    pipe(monkeypatch, HOSTILE[kind](message))

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.SENT, "")


def test_long_and_odd_reasons_are_cut_to_one_line(monkeypatch):
    message = make_message(MessageStatus.SENT)

    pipe(monkeypatch, report(message, diagnostic="smtp; \x1b[31m" + "very long " * 500))

    message.refresh_from_db()
    assert len(message.error) <= returned.MAX_REASON
    assert message.error.isprintable()


def test_mailbox_file_is_read_mail_by_mail(tmp_path):
    messages = [make_message(MessageStatus.SENT) for _number in range(3)]
    box = mailbox.mbox(tmp_path / "returned", create=True)
    for message in messages[:2]:
        box.add(report(message))
    box.add(b"From: x\n\nHello\n")
    box.close()
    said = io.StringIO()

    call_command("read_returned_mail", mailbox=tmp_path / "returned", stdout=said)

    assert said.getvalue().strip() == "no report about our mail: 1, returned: 2"
    assert Message.objects.filter(status=MessageStatus.RETURNED).count() == 2


def test_error_with_one_mail_does_not_end_the_reading(tmp_path):
    broken, good = make_message(MessageStatus.SENT), make_message(MessageStatus.SENT)
    refuse_changes_of(broken)
    box = mailbox.mbox(tmp_path / "returned", create=True)
    for message in (broken, good):
        box.add(report(message))
    box.close()
    said = io.StringIO()

    with pytest.raises(CommandError):
        call_command("read_returned_mail", mailbox=tmp_path / "returned", stdout=said)

    assert said.getvalue().strip() == "not noted because of an error: 1, returned: 1"
    good.refresh_from_db()
    broken.refresh_from_db()
    assert (good.status, broken.status) == (MessageStatus.RETURNED, MessageStatus.SENT)


def refuse_changes_of(message: Message) -> None:
    with connection.cursor() as cursor:
        # What the transaction still has to check keeps the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        rule = f"CHECK (id <> {message.pk} OR status = 'sent')"
        cursor.execute(f"ALTER TABLE mail_message ADD CONSTRAINT refused_by_test {rule}")


def test_missing_mailbox_file_is_said(tmp_path):
    with pytest.raises(CommandError):
        call_command("read_returned_mail", mailbox=tmp_path / "nowhere")
