"""The outbox at work: claim a row, commit, speak SMTP, write the outcome."""

from __future__ import annotations

import base64
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from impact.mail.enums import MessageStatus
from impact.mail.models import Message

MAX_ATTEMPTS = 6
# Waits of 30 s, 2, 8, 32 minutes and 2 hours: longer than a usual outage of a mail server.
FIRST_WAIT = timedelta(seconds=30)
WAIT_GROWS = 4


def claim() -> Message | None:
    """Take the next due e-mail; committed before any SMTP, so a crash leaves one row in doubt at most."""
    with transaction.atomic():
        message = Message.objects.due().select_for_update(skip_locked=True).first()
        if message:
            message.status, message.claimed_at = MessageStatus.SENDING, timezone.now()
            message.attempts += 1
            message.save(update_fields=["status", "claimed_at", "attempts"])
        return message


def deliver(message: Message) -> None:
    """Send a claimed e-mail and write what came of it: sent, queued for another try, or failed."""
    try:
        _email(message).send()
    except Exception as error:  # any backend may fail in its own way; each is kept for staff to read
        message.error = f"{type(error).__name__}: {error}"[:1000]
        given_up = message.attempts >= MAX_ATTEMPTS
        message.status = MessageStatus.FAILED if given_up else MessageStatus.QUEUED
        message.not_before = timezone.now() + FIRST_WAIT * WAIT_GROWS ** (message.attempts - 1)
    else:
        message.status, message.sent_at, message.error = MessageStatus.SENT, timezone.now(), ""
    message.save(update_fields=["status", "error", "not_before", "sent_at"])


def doubt_abandoned() -> int:
    """Mark what a dead worker had claimed: staff decide whether to send it again."""
    return Message.objects.abandoned().update(status=MessageStatus.DOUBT)


def _email(message: Message) -> EmailMultiAlternatives:
    headers = {"Message-ID": f"<{message.public_id}@{settings.SITE_URL.split('//')[-1].split(':')[0]}>"}
    headers |= message.headers
    email = EmailMultiAlternatives(message.subject, message.body, to=[message.to], headers=headers)
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        email.attach(part["name"], base64.b64decode(part["base64"]), part["type"])
    return email
