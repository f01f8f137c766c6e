"""A mail with a code, and the worker that delivers it."""

from __future__ import annotations

import secrets as randomness
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.mail import actions, pipeline
from core.mail.models import Message

CODE = "account/email/login_code"


READER = "reader@example.org"


def post_code(code: str = "123456", **fields: Any) -> Message:
    key = randomness.token_hex()
    actions.post(
        **{
            "template": CODE,
            "to": READER,
            "context": {"minutes_valid": 15},
            "secrets": {"code": code},
            "secrets_until": timezone.now() + timedelta(minutes=15),
            "dedupe_key": key,
        }
        | fields
    )
    return Message.objects.get(dedupe_key=key)


def deliver(message: Message) -> Message:
    claimed = pipeline.claim()
    assert claimed == message
    pipeline.deliver(claimed)
    message.refresh_from_db()
    return message
