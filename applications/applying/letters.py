"""The letters that tell an outcome: what they are called in the outbox, and what the applicants may read."""

from __future__ import annotations

from applications.enums import TOLD_BY_LETTER
from applications.models import Application
from core.mail.enums import MessageStatus
from core.mail.models import Message


def template_of(kind: str) -> str:
    """Return the name under which the outbox keeps letters of a kind; their texts are `LetterTemplate`s."""
    return f"applications/email/{kind}"


def outcome_letter_of(application: Application) -> Message | None:
    """Return the letter of the present outcome as the applicants may read it: once it was released."""
    if application.status not in TOLD_BY_LETTER:
        return None
    about = Message.objects.about(application.about).filter(template=template_of(application.status))
    letter = about.order_by("-created_at", "-pk").first()
    is_released = letter is not None and letter.status not in (MessageStatus.HELD, MessageStatus.DISCARDED)
    return letter if is_released else None
