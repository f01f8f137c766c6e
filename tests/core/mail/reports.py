"""What mail servers and mailboxes answer: reports of common servers, of delays, of somebody away."""

from __future__ import annotations

import base64
import io
import uuid
from types import SimpleNamespace

from django.core.management import call_command

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
