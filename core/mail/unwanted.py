"""E-mails whose readers objected to them: written, so that staff see them, and never sent."""

from __future__ import annotations

from collections.abc import Sequence

from core.accounts.models import User
from core.mail.enums import MessageStatus
from core.mail.mailboxes import mailbox_of
from core.mail.models import Message
from core.objections.models import Objection

UNWANTED = "The owner of the address objected to such e-mails."
# One write: what never leaves keeps no secret.
KEPT_BACK = {"status": MessageStatus.DISCARDED, "error": UNWANTED, "sealed": ""}


def keep_back(messages: Sequence[Message]) -> None:
    """Discard, in memory, those that their readers do not want; one query, or none."""
    pairs = {_pair(message) for message in messages if message.optional_for}
    unwanted = Objection.objects.unwanted(pairs) if pairs else set()
    for message in messages:
        if message.optional_for and _pair(message) in unwanted:
            for name, value in KEPT_BACK.items():
                setattr(message, name, value)


def discard_waiting(*, mailbox: str, sender: User | None = None) -> int:
    """Let what was written before an objection never leave; returns how many e-mails.

    Args:
        mailbox: whose owner objects.
        sender: only what this account caused; None for everything.
    """
    messages = Message.objects.optional_for(mailbox).not_sent()
    return (messages.caused_by(sender) if sender else messages).update(**KEPT_BACK)


def is_unwanted(email: str, *, sender: User | None = None) -> bool:
    """Whether the owner of an address objected to e-mails that this person, or anybody, causes."""
    return bool(Objection.objects.unwanted({(mailbox_of(email), sender.pk if sender else None)}))


def _pair(message: Message) -> tuple[str, int | None]:
    return message.optional_for, message.caused_by_id
