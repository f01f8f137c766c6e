"""Returned mail: reports are recognised, hostile ones do no harm, and what came back is shown."""

from __future__ import annotations

import base64
import io
import mailbox
import uuid
from email.message import EmailMessage
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from applications.applying.actions import members
from applications.enums import MemberRole
from core.accounts.enums import Role
from core.mail import returned, sealing
from core.mail.enums import MessageStatus
from core.mail.models import Message
from newsletter.enums import SubscriberStatus
from newsletter.models import Bulletin
from newsletter.pipeline import send_next_batch
from tests.builders import mails as outbox
from tests.builders.applications import lead_of, started, submitted
from tests.builders.calls import closed_call
from tests.builders.mails import make_message
from tests.builders.newsletter import make_bulletin, make_subscriber, schedule
from tests.builders.people import make_staff
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db

NO_SUCH = "smtp; 550 5.1.1 <nobody@town.example>: Recipient address rejected: User unknown"
STANDARD = """From: MAILER-DAEMON@mx.town.example
To: impact@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.town.example

Final-Recipient: rfc822; nobody@town.example
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--b
Content-Type: {original}

Message-ID: <{id}@127.0.0.1>
Subject: Invitation

--b--
"""
OLD_STYLE = """From: Mail Delivery Subsystem <MAILER-DAEMON@old.example>
Subject: failure notice

Hi. This is the qmail-send program.
<nobody@town.example>: 192.0.2.7 does not like recipient. Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.
Message-ID: <{id}@127.0.0.1>
"""


def report(message, *, action="failed", status="5.1.1", diagnostic=NO_SUCH, original="text/rfc822-headers"):
    words = {"action": action, "status": status, "diagnostic": diagnostic, "original": original}
    return STANDARD.format(id=message.public_id, **words).encode()


def pipe(monkeypatch, raw: bytes) -> str:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    said = io.StringIO()
    call_command("read_returned_mail", stdout=said)
    return said.getvalue().strip()


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_report_marks_the_mail_that_came_back_with_the_reason(monkeypatch, original):
    message, other = make_message(MessageStatus.SENT), make_message(MessageStatus.SENT)

    assert pipe(monkeypatch, report(message, original=original)) == "came back: 1"

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.status, other.status) == (MessageStatus.RETURNED, MessageStatus.SENT)
    assert message.error == f"5.1.1 {NO_SUCH}"
    assert message.returned_at is not None


def test_report_of_an_old_server_is_understood(monkeypatch):
    message = make_message(MessageStatus.DOUBT)

    assert pipe(monkeypatch, OLD_STYLE.format(id=message.public_id).encode()) == "came back: 1"

    message.refresh_from_db()
    assert (message.status, message.error) == (MessageStatus.RETURNED, "5.1.1 no such user")


EXIM = """Return-path: <>
From: Mail Delivery System <Mailer-Daemon@exim.example>
To: impact@example.org
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
X-Failed-Recipients: nobody@town.example
References: <{id}@127.0.0.1>
Content-Type: text/plain; charset=us-ascii

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nobody@town.example
    {words}
"""
EXCHANGE = """From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@town.example>
To: <impact@example.org>
Subject: =?utf-8?b?VW56dXN0ZWxsYmFyOiBJbnZpdGF0aW9u?=
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<p>Ihre Nachricht konnte nicht zugestellt werden: M=FCller</p>

--b
Content-Type: message/delivery-status
{encoding}
{status}
--b
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

{original}
--b--
"""
EXCHANGE_STATUS = """Reporting-MTA: dns;mail.town.example

Final-recipient: rfc822;nobody@town.example
Action: failed
Status: 5.1.10
Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found
"""
GMAIL = """From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: impact@example.org
Auto-Submitted: auto-replied
X-Failed-Recipients: nobody@gmail.com
Subject: Delivery Status Notification (Failure)
In-Reply-To: <{id}@127.0.0.1>
Content-Type: text/plain; charset="koi8-r"
Content-Transfer-Encoding: base64

{words}
"""


def encoded(text: str, charset: str = "utf-8") -> str:
    return base64.encodebytes(text.encode(charset)).decode()


def exchange(message, *, is_encoded: bool = False) -> str:
    status = "\n" + EXCHANGE_STATUS
    encoding = "Content-Transfer-Encoding: base64\n" if is_encoded else ""
    original = encoded(f"Message-ID: <{message.public_id}@127.0.0.1>\nSubject: x\n\nZ\n")
    shown = encoded(EXCHANGE_STATUS) if is_encoded else status
    return EXCHANGE.format(encoding=encoding, status=shown, original=original)


def gmail(message) -> str:
    words = "Адрес не найден: The response was: 550-5.1.1 The email account does not exist"
    return GMAIL.format(id=message.public_id, words=encoded(words, "koi8-r"))


def in_free_words(message, words: str) -> str:
    head = "From: MAILER-DAEMON@town.example\nSubject: Your message\n"
    return f"{head}In-Reply-To: <{message.public_id}@127.0.0.1>\n\n{words}\n"


def smtputf8(message) -> str:
    raw = report(message).decode().replace("message/delivery-status", "message/global-delivery-status")
    return raw.replace("Final-Recipient: rfc822; nobody", "Final-Recipient: utf-8; jürgen")


REPORTS = {
    "Postfix": (lambda m: report(m).decode(), f"5.1.1 {NO_SUCH}"),
    "Exim with an answer": (
        lambda m: EXIM.format(id=m.public_id, words="SMTP error: 550 No such user here"),
        "550 No such user here",
    ),
    "Exim without": (
        lambda m: EXIM.format(id=m.public_id, words="Unrouteable address"),
        "Unrouteable address",
    ),
    "Exchange": (exchange, "5.1.10 smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"),
    "Exchange, encoded": (
        lambda m: exchange(m, is_encoded=True),
        "5.1.10 smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
    ),
    "Gmail": (gmail, "5.1.1 The email account does not exist"),
    "Internationalised": (smtputf8, f"5.1.1 {NO_SUCH}"),
    # Its own id, and that of the thread, have the form of ours.
    "Exchange Online": (
        lambda m: (
            f"Message-ID: <{uuid.uuid4()}@DB9PR01.prod.exchange.example>\n"
            f"References: <{uuid.uuid4()}@town.example>\n"
            f"In-Reply-To: <{m.public_id}@127.0.0.1>\n" + exchange(m)
        ),
        "5.1.10 smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
    ),
    "Sendmail, without a code": (
        lambda m: in_free_words(m, "----- Transcript of session follows -----\n<<< 550 User unknown"),
        "550 User unknown",
    ),
    "Postfix, without a code": (
        lambda m: in_free_words(
            m, "<a@town.example>: host mx.town.example[192.0.2.7] said:\n    554 No such user"
        ),
        "554 No such user",
    ),
    "qmail": (
        lambda m: OLD_STYLE.format(id=m.public_id).replace("550 5.1.1 no such user", "Sorry. (#5.1.1)"),
        "5.1.1)",
    ),
}
OUT_OF_OFFICE = """From: {who}
To: impact@example.org
Subject: Automatic reply: Invitation
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
In-Reply-To: <{id}@127.0.0.1>
Content-Type: text/plain; charset=utf-8

I am away until 5.1.2027 and read no mail. Call 550 1234 in urgent cases.
Sent with MailServer 5.0.24

On Monday you wrote: <{id}@127.0.0.1>
"""
DELAYED_BY_EXIM = """From: Mail Delivery System <Mailer-Daemon@exim.example>
Subject: Warning: message 1abc-0000 delayed 24 hours
References: <{id}@127.0.0.1>

A message that you sent has not yet been delivered. No action is required on your part.

  nobody@town.example
    host mx.town.example [192.0.2.7]: 451 4.7.1 try again later
"""


DELAYED = [
    "Your message of 534 bytes could not be delivered yet; we keep trying.",
    "Your message of\n534 bytes could not be delivered yet; we keep trying.",
    "SMTP: 512 octets are waiting; error: 550 seconds without an answer.",
    "Queue 550 is slow. Call 550 1234 in urgent cases. MailServer (5.0.24)",
    "451 4.7.1 Greylisted, try again in 503 seconds",
    "said: 421 Too many connections, id 1a-550-c2",
]


@pytest.mark.parametrize("words", DELAYED)
def test_notice_of_a_delay_is_no_returned_mail(words):
    report = returned.read(in_free_words(make_message(MessageStatus.SENT), words).encode())

    assert report is None


@pytest.mark.parametrize("kind", REPORTS)
def test_report_of_every_common_server_is_understood(monkeypatch, kind):
    make, reason = REPORTS[kind]
    message = make_message(MessageStatus.SENT)

    assert pipe(monkeypatch, make(message).encode()) == "came back: 1"

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
    is_sent = status == MessageStatus.SENT
    message = make_message(
        status,
        has_secrets=True,
        sealed="" if is_sent else sealing.seal({"link": "x"}),
        sent_at=timezone.now() if is_sent else None,
    )

    assert pipe(monkeypatch, report(message)) == "came back: 1"

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
    assert len(message.error) <= returned.MOST_REASON
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

    assert said.getvalue().strip() == "came back: 2, no report about our mail: 1"
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

    assert said.getvalue().strip() == "came back: 1, not noted because of an error: 1"
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


def send(bulletin: Bulletin) -> list[str]:
    schedule(bulletin)
    while send_next_batch(bulletin.pk):
        pass
    return list(Message.objects.filter(template="newsletter/email/bulletin").values_list("to", flat=True))


def test_subscriber_whose_mail_came_back_gets_no_more_bulletins(monkeypatch):
    subscriber, reader = make_subscriber("gone@town.example"), make_subscriber("here@town.example")
    outbox.deliver_all()

    pipe(monkeypatch, report(Message.objects.get(to=subscriber.email)))

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNREACHABLE
    assert "User unknown" in subscriber.changes.last().reason
    assert send(make_bulletin()) == [reader.email]


def test_bulletin_names_its_list():
    make_subscriber("here@town.example")
    send(make_bulletin())

    headers = Message.objects.get(template="newsletter/email/bulletin").headers

    assert headers["List-Id"] == "IMPACT <news.127.0.0.1>"
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} < set(headers)


def test_lead_sees_on_the_page_of_people_that_an_invitation_came_back(monkeypatch):
    application = started()
    members.invite(
        application_id=application.pk,
        by=lead_of(application),
        email="nobody@town.example",
        role=MemberRole.EDIT,
    )
    outbox.deliver_all()
    pipe(monkeypatch, report(Message.objects.get()))

    page = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/people/")

    assert "The e-mail came back. Check the address." in unescape(page.content.decode())


def test_staff_see_what_came_back_where_they_look(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = submitted(closed_call())
    partner = application.partners.first()
    message = make_message(MessageStatus.SENT, about=application.about, to=partner.contact_email)
    pipe(monkeypatch, report(message))
    manager = logged_in(make_staff(Role.MANAGER))

    page = unescape(manager.get(f"/admin/applications/application/{application.pk}/change/").content.decode())

    assert "An e-mail to this address came back." in page
    assert "User unknown" in page
    assert "e-mails came back" in manager.get("/admin/").content.decode()
    assert "User unknown" in unescape(
        manager.get(f"/admin/mail/message/{message.pk}/change/").content.decode()
    )
