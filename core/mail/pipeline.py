"""The outbox at work: claim a row, commit, speak SMTP, write the outcome."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.breaker import Breaker
from core.mail import sealing, unwanted
from core.mail.enums import FINAL, MessageStatus
from core.mail.mailboxes import reachable
from core.mail.models import Message
from core.objections import links

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
# Waits of 30 s, 2, 8, 32 minutes and 2 hours: longer than a usual outage of a mail server.
FIRST_WAIT = timedelta(seconds=30)
WAIT_GROWS = 4
# RFC 5321: answers from here on mean that trying again is of no use.
PERMANENT = 500


# Left alone for longer and longer while it hangs or is away: e-mails then use up no attempt.
server = Breaker(first_wait_seconds=15, longest_wait_seconds=300)


class _NothingLeft(Exception):
    """Raised when the mail server was not reached, or said nothing before the text: nothing was sent."""


def claim() -> Message | None:
    """Take the next due e-mail; committed before any SMTP, so a crash leaves one row in doubt at most.

    While the mail server does not answer, none.
    """
    if server.is_away:
        return None
    with transaction.atomic():
        message = Message.objects.due().select_for_update(skip_locked=True).first()
        if message:
            message.status, message.claimed_at = MessageStatus.SENDING, timezone.now()
            message.attempts += 1
            message.save(update_fields=["status", "claimed_at", "attempts"])
        return message


def deliver(message: Message) -> None:
    """Send a claimed e-mail and write what came of it: sent, queued for another try, failed or in doubt.

    What its reader has objected to since it was written, or what came too late, is discarded.
    """
    unwanted.keep_back([message])
    if message.status == MessageStatus.DISCARDED:
        pass
    elif message.is_complete:
        _try_to_send(message)
    else:
        message.status = MessageStatus.DISCARDED
        message.error = _("Too late: the code or link in it no longer works.")
    _write_outcome(message)


def _try_to_send(message: Message) -> None:
    secrets: dict[str, str] = {}
    try:
        secrets = sealing.unseal(message.sealed)
        _send(email_of(message, secrets))
    except Exception as error:  # any backend may fail in its own way; each is kept for staff to read
        # Some errors repeat what was refused, such as a header.
        message.error = sealing.cover(f"{type(error).__name__}: {error}", secrets)[:1000]
        message.status = _status_after(error, message.attempts)
        message.not_before = timezone.now() + FIRST_WAIT * WAIT_GROWS ** (message.attempts - 1)
    else:
        message.status, message.sent_at, message.error = MessageStatus.SENT, timezone.now(), ""


def _send(email: EmailMessage) -> None:
    email.message()
    connection = get_connection()
    try:
        _speak(connection, email)
    finally:
        with suppress(Exception):  # the server's answer to the e-mail counts, not how it says goodbye
            connection.close()


def _speak(connection: BaseEmailBackend, email: EmailMessage) -> None:
    try:
        connection.open()
    except Exception as error:
        raise _leave_alone(error) from error
    try:
        connection.send_messages([email])
    except (SMTPResponseException, SMTPRecipientsRefused):
        server.succeeded()  # it refuses this e-mail, so it answers
        raise
    except OSError as error:
        nothing_left = _leave_alone(error)
        # Backends that speak no SMTP, as in the demo, cannot say.
        if getattr(connection, "may_have_sent", True):
            raise
        raise nothing_left from error
    server.succeeded()


def _leave_alone(error: Exception) -> _NothingLeft:
    server.failed()
    logger.warning("The mail server is left alone for a while: %s: %s", type(error).__name__, error)
    return _NothingLeft(f"{type(error).__name__}: {error}")


def _status_after(error: Exception, attempts: int) -> MessageStatus:
    match error:
        case SMTPResponseException(smtp_code=code):
            may_retry = code < PERMANENT
        case SMTPRecipientsRefused(recipients=refused):
            may_retry = any(code < PERMANENT for code, _answer in refused.values())
        case BadHeaderError() | ValueError():
            may_retry = False
        case _NothingLeft():
            may_retry = True
        case _:
            # The connection broke in the dialogue: the server may have taken the e-mail or not.
            return MessageStatus.DOUBT
    return MessageStatus.QUEUED if may_retry and attempts < MAX_ATTEMPTS else MessageStatus.FAILED


def _write_outcome(message: Message) -> None:
    # Unless staff have sent it again meanwhile: then this claim is over.
    outcome = {
        "status": message.status,
        "error": message.error,
        "not_before": message.not_before,
        "sent_at": message.sent_at,
    }
    if message.status in FINAL:
        outcome["sealed"] = ""
    Message.objects.claimed_as(message).update(**outcome)


def mark_abandoned() -> int:
    """Mark what a dead worker had claimed: staff decide whether to send it again."""
    return Message.objects.abandoned().update(status=MessageStatus.DOUBT)


def erase_outlived_secrets() -> int:
    """Erase the codes and links that no longer work, of e-mails that have not left."""
    return Message.objects.outlived().update(sealed="")


def _own_headers(message: Message) -> dict[str, str]:
    """Return what every e-mail says: its id, that a machine wrote it (RFC 3834), who reads an answer."""
    return {
        "Message-ID": f"<{message.public_id}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "Reply-To": settings.CONTACT_EMAIL,
    }


def email_of(message: Message, secrets: Mapping[str, str]) -> EmailMultiAlternatives:
    """Return what the mail server gets: the text with its codes and links."""
    secrets = {**secrets, sealing.OBJECTION: links.address(message.public_id, message.language)}
    written = {name: sealing.fill(value, secrets) for name, value in message.headers.items()}
    headers = _own_headers(message) | written
    subject, body = sealing.fill(message.subject, secrets), sealing.fill(message.body, secrets)
    email = EmailMultiAlternatives(subject, body, to=[reachable(message.to)], headers=headers)
    if message.html:
        email.attach_alternative(sealing.fill(message.html, secrets, is_html=True), "text/html")
    for part in message.attachments:
        email.attach(part["name"], base64.b64decode(part["base64"]), part["type"])
    return email
