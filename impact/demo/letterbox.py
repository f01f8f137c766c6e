"""Where the demo's e-mails arrive: one file for each, named as the outbox names the e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as Received
from email.utils import make_msgid
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Delivers into the folder EMAIL_FILE_PATH; the codes and links are in no other place of the demo."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            message_id = email.extra_headers.get("Message-ID") or make_msgid()
            path = _path(message_id.strip("<>").partition("@")[0])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(email.message().as_bytes())
        return len(email_messages)


def received(public_id: UUID) -> Received | None:
    """Return an e-mail as it arrived; None if it has not."""
    path = _path(public_id)
    return message_from_bytes(path.read_bytes(), policy=policy.default) if path.exists() else None


def _path(public_id: UUID | str) -> Path:
    return Path(settings.EMAIL_FILE_PATH) / f"{public_id}.eml"  # type: ignore[misc]  # a setting of the demo
