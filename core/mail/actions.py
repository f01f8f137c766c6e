"""The one door for e-mail: `post` and `post_many` write rows; nothing else in the project sends."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import NotAllowed
from core.mail import tasks, unwanted
from core.mail.composing import Attachment, Letter, WrittenText, compose
from core.mail.enums import NOT_SENT, MessageStatus
from core.mail.models import ERASED_ADDRESS, Message
from core.mail.querysets import MessageQuerySet

__all__ = [
    "ERASED_ADDRESS",
    "Attachment",
    "Letter",
    "WrittenText",
]

# One write: what never leaves keeps no secret.
DISCARDED = {"status": MessageStatus.DISCARDED, "sealed": ""}


def post(
    *,
    template: str,
    to: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    about: str = "",
    language: str = "en",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Attachment] = (),
    is_held: bool = False,
    is_urgent: bool = False,
    written: WrittenText | None = None,
    secrets: Mapping[str, str] | None = None,
    secrets_until: datetime | None = None,
    caused_by: User | None = None,
    is_optional: bool = False,
) -> None:
    """Write an e-mail into the outbox, in the caller's transaction; it leaves after the commit.

    Args:
        template: `<app>/email/<message>`, a folder with `subject.txt` and `body.txt`.
        to, context, dedupe_key, about, language, headers, secrets, secrets_until, is_optional: see `Letter`.
        attachments: files that go with it.
        is_held: written but not sent until released by staff.
        is_urgent: leaves before all others, e.g. before the rest of a bulletin.
        written: subject and text, if staff wrote them; the template then only names the kind of e-mail.
        caused_by: the account that makes the portal write to somebody else; None for the public and staff.
    """
    letter = Letter(
        to, context, dedupe_key, about, language, headers or {}, secrets or {}, secrets_until, is_optional
    )
    new = compose(template, letter, written=written)
    new.attachments = [_stored(attachment) for attachment in attachments]
    new.status = MessageStatus.HELD if is_held else MessageStatus.QUEUED
    new.is_urgent, new.caused_by = is_urgent, caused_by
    _write(new)


def _write(new: Message) -> None:
    unwanted.keep_back([new])
    # ON CONFLICT DO NOTHING: no look before the leap, and no savepoint to undo it.
    Message.objects.bulk_create([new], ignore_conflicts=True)
    if new.status == MessageStatus.QUEUED:
        wake_worker()


def _stored(attachment: Attachment) -> dict[str, str]:
    content = base64.b64encode(attachment.content).decode()
    return {"name": attachment.name, "type": attachment.type, "base64": content}


def post_many(*, template: str, letters: Iterable[Letter]) -> list[Message]:
    """Write many e-mails from one template in a fixed number of queries; they leave after the commit.

    Args:
        template: as in `post`, with a `body.html` beside: the same text for readers that show HTML.
        letters: each with a key that was never used.

    Returns:
        The rows, in the order of the letters.

    Raises:
        IntegrityError: a key was used before; nothing is written.
    """
    messages = [compose(template, letter, has_html=True) for letter in letters]
    unwanted.keep_back(messages)
    Message.objects.bulk_create(messages)
    if messages:
        wake_worker()
    return messages


def release(*, keys: Iterable[str]) -> int:
    """Let the e-mails of these keys leave that were held; returns how many."""
    released = (
        Message.objects.with_keys(keys).held().update(status=MessageStatus.QUEUED, not_before=timezone.now())
    )
    if released:
        wake_worker()
    return released


def discard_keys(*, keys: Iterable[str]) -> int:
    """Let the e-mails of these keys never leave, unless they have left; returns how many."""
    return Message.objects.with_keys(keys).waiting().update(**DISCARDED)


def discard(*, about: str) -> int:
    """Let what has not left yet about something never leave; returns how many e-mails."""
    return Message.objects.about(about).waiting().update(**DISCARDED)


def discard_held(*, about: str) -> int:
    """Let the letters about something that are held never leave; returns how many."""
    return Message.objects.about(about).held().update(**DISCARDED)


def forget_codes(*, to: str, template: str) -> None:
    """Erase the codes in all e-mails of a kind to an address, once one of them was used.

    What has not left yet never leaves: whoever is logged in needs no code.
    """
    codes = Message.objects.with_codes().to_address(to).filter(template=template)
    # Undone, if at all, with what has used the code.
    with transaction.atomic(savepoint=False):
        codes.not_sent().update(**DISCARDED)
        codes.sealed().update(sealed="")


def erase(*, about: str, to: str = "") -> int:
    """Remove the address and the text from all e-mails about something; what waited never leaves.

    The rows stay, so that keys are not used again and the figures of the past hold.

    Args:
        about: as in `post`.
        to: only those to this address; empty: all.
    """
    messages = Message.objects.about(about)
    return erase_rows(messages.to_address(to) if to else messages)


def erase_rows(messages: MessageQuerySet) -> int:
    """Remove the address and the text from e-mails; what waited never leaves; returns how many."""
    with transaction.atomic():
        messages.waiting().update(**DISCARDED)
        return messages.update(
            to=ERASED_ADDRESS,
            subject="",
            body="",
            html="",
            headers={},
            attachments=[],
            error="",
            sealed="",
            optional_for="",
        )


def forget_recipient(messages: MessageQuerySet) -> int:
    """Remove the address from e-mails whose text is a record; what waited cannot leave; returns how many.

    One that was released counts as failed, not as discarded: whoever else may read it still does.
    """
    with transaction.atomic():
        messages.held().update(**DISCARDED)
        messages.update(error="")
        messages.waiting().update(
            status=MessageStatus.FAILED, error=_("The recipient’s account was deleted.")
        )
        return messages.update(to=ERASED_ADDRESS, headers={}, sealed="", optional_for="")


def rewrite(*, message: Message, written: WrittenText) -> None:
    """Give a held e-mail, locked by the caller, another subject and text, and the language of its row.

    Raises:
        NotAllowed: it is not held any more.
    """
    _require_status(message, (MessageStatus.HELD,))
    message.subject, message.body = written
    message.save(update_fields=["subject", "body", "language"])


def hold(*, message_id: int, by: User) -> None:
    """Keep an e-mail back that waits for the worker, until staff release it.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail is leaving or has left.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.QUEUED,))
        message.status = MessageStatus.HELD
        message.save(update_fields=["status"])


def resend(*, message_id: int, by: User) -> None:
    """Queue an e-mail again that failed, is in doubt or came back.

    Raises:
        NotAllowed: the person may not change e-mails, the e-mail has already left, its code or link no
            longer works, or its text was erased.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.FAILED, MessageStatus.DOUBT, MessageStatus.RETURNED))
        _require_complete(message)
        message.status, message.not_before, message.resent_by = MessageStatus.QUEUED, timezone.now(), by
        # A worker that was only slow must not write its old outcome over the new try.
        message.attempts, message.claimed_at = 0, None
        message.save(update_fields=["status", "not_before", "resent_by", "attempts", "claimed_at"])
        wake_worker()


def give_up(*, message_id: int, by: User) -> None:
    """Let one e-mail never leave, or leave it at that: held, waiting, failed, in doubt or come back.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail has left or is leaving.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (*NOT_SENT, MessageStatus.RETURNED))
        message.status, message.sealed = MessageStatus.DISCARDED, ""
        message.save(update_fields=["status", "sealed"])


def release_held(*, message_id: int, by: User) -> None:
    """Let one held e-mail leave.

    Raises:
        NotAllowed: the person may not change e-mails, the e-mail is not held, or its code or link no
            longer works.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.HELD,))
        _require_complete(message)
        release(keys=[message.dedupe_key])


def _locked(message_id: int, by: User, statuses: Iterable[str]) -> Message:
    message = Message.objects.select_for_update().get(pk=message_id)
    if not by.has_perm("mail.change_message"):
        raise NotAllowed
    _require_status(message, statuses)
    return message


def _require_status(message: Message, statuses: Iterable[str]) -> None:
    if message.status not in statuses:
        raise NotAllowed(_("This e-mail is now: %(status)s.") % {"status": message.get_status_display()})


def why_incomplete(message: Message) -> str:
    """Return, in words for staff, why an e-mail can never be sent any more; empty if it can."""
    if message.is_complete:
        return ""
    if message.is_erased and message.body:
        return _("The address of this e-mail was deleted with an account, so it cannot be sent.")
    if message.is_erased:
        return _("The address and the text of this e-mail were deleted, so it cannot be sent.")
    return _(
        "The code or link in this e-mail no longer works, or is no longer kept, so the e-mail "
        "cannot be sent. The person who requested it has to request a new one."
    )


def _require_complete(message: Message) -> None:
    if words := why_incomplete(message):
        raise NotAllowed(words)


def wake_worker() -> None:
    """Tell the worker after the commit; with the broker down, the beat's sweep finds the row."""
    transaction.on_commit(tasks.call_worker, robust=True)
