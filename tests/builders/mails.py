"""E-mails of the outbox at every stage, brought there by its worker and a server that refuses or dies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from unittest import mock

from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from core.mail import actions, pipeline, returned
from core.mail.enums import MessageStatus
from core.mail.models import Message
from impact.demo.clock import at
from tests.builders.people import the_manager

NO_SUCH = "550 5.1.1 User unknown"
TEMPLATE = "account/email/account_closed"
_number = itertools.count(1)


def make_message(status: str = MessageStatus.QUEUED, **fields: Any) -> Message:
    """Write a short e-mail into the outbox and bring it to a status; it leaves before what waits.

    Args:
        status: to which it is brought.
        fields: of the row, as they are written at first.
    """
    number = next(_number)
    is_waiting = status in (MessageStatus.QUEUED, MessageStatus.HELD)
    message = Message.objects.create(
        **{
            "dedupe_key": f"test:{number}",
            "template": TEMPLATE,
            "to": f"reader{number}@example.org",
            "subject": "Subject",
            "body": "Text\n",
            "is_urgent": not is_waiting,
        }
        | fields
    )
    return message if status == MessageStatus.QUEUED else bring_to(message, status)


@contextmanager
def server_that_refuses() -> Iterator[None]:
    "Let the mail server a refusé every recipient for good."

    def refuse(_backend: EmailBackend, emails: list[Any]) -> int:
        raise SMTPRecipientsRefused({to: (550, NO_SUCH.encode()) for email in emails for to in email.to})

    with mock.patch.object(EmailBackend, "send_messages", refuse):
        yield


def bring_to(message: Message, status: str) -> Message:
    """Bring an e-mail to a status; what was due before it leaves."""
    match MessageStatus(status):
        case MessageStatus.QUEUED:
            actions.release(keys=[message.dedupe_key])
        case MessageStatus.HELD:
            actions.hold(message_id=message.pk, by=the_manager())
        case MessageStatus.DISCARDED:
            actions.discard_keys(keys=[message.dedupe_key])
        case MessageStatus.SENDING:
            _claim(message)
        case MessageStatus.DOUBT:
            _claim(message)
            with at(timezone.now() + timedelta(hours=2)):
                pipeline.mark_abandoned()
        case MessageStatus.SENT:
            pipeline.deliver(_claim(message))
        case MessageStatus.FAILED:
            claimed = _claim(message)
            with server_that_refuses():
                pipeline.deliver(claimed)
        case MessageStatus.RETURNED:
            pipeline.deliver(_claim(message))
            returned.note(returned.DeliveryReport([message.public_id], is_permanent=True, reason=NO_SUCH))
    message.refresh_from_db()
    assert message.status == status, message.status
    return message


def deliver_all() -> None:
    """Let the worker send whatever is due."""
    while message := pipeline.claim():
        pipeline.deliver(message)


def _claim(message: Message) -> Message:
    if message.status == MessageStatus.HELD:
        actions.release(keys=[message.dedupe_key])
    while (claimed := pipeline.claim()) != message:
        assert claimed
        pipeline.deliver(claimed)
    return claimed
