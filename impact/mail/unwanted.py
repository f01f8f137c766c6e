"""E-mails whose readers objected to them: written, so that staff see them, and never sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from impact.mail.enums import MessageStatus
from impact.mail.mailboxes import mailbox_of
from impact.mail.models import Message
from impact.objections.models import Objection

UNWANTED = "The owner of the address objected to such e-mails."


def keep_back(messages: Sequence[Message]) -> None:
    """Discard, before they are written, those that their readers do not want; one query."""
    pairs = {_pair(message.to, message.caused_by_id) for message in messages}
    unwanted = Objection.objects.unwanted(pairs) if pairs else set()
    for message in messages:
        if _pair(message.to, message.caused_by_id) in unwanted:
            message.status, message.error, message.sealed = MessageStatus.DISCARDED, UNWANTED, ""


def is_unwanted(email: str, *, sender: Any = None) -> bool:
    """Whether the owner of an address objected to e-mails that this person, or anybody, causes."""
    return bool(Objection.objects.unwanted({_pair(email, sender and sender.pk)}))


def _pair(email: str, sender_id: int | None) -> tuple[str, int | None]:
    return mailbox_of(email), sender_id
