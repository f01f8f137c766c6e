"""The one door for e-mail: `post` and `post_many` write rows; nothing else in the project sends."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from impact.history import NotAllowed
from impact.mail import tasks, unwanted
from impact.mail.enums import NOT_SENT, MessageStatus
from impact.mail.models import ERASED_ADDRESS, Message
from impact.objections import links


class Attachment(NamedTuple):
    name: str
    type: str
    content: bytes


class Written(NamedTuple):
    """Subject and text that somebody wrote, in place of those of the template."""

    subject: str
    body: str


class Letter(NamedTuple):
    """One of many e-mails from the same template; the fields are as in `post`."""

    to: str
    context: Mapping[str, Any]
    dedupe_key: str
    about: str = ""
    language: str = "en"
    headers: Mapping[str, str] = MappingProxyType({})
    is_optional: bool = False


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
    written: Written | None = None,
    caused_by: Any = None,
    is_optional: bool = False,
) -> None:
    """Write an e-mail into the outbox, in the caller's transaction; it leaves after the commit.

    Args:
        template: `<app>/email/<message>`, a folder with `subject.txt` and `body.txt`.
        to: one address.
        context: for both templates; `site_url` and `contact_email` are added.
        dedupe_key: e.g. `application:42:receipt:1`; a second call with it writes nothing.
        about: what it is about, e.g. `application:42`, so that staff find it there.
        language: `en` or `fr`.
        headers: further headers, e.g. List-Unsubscribe.
        attachments: files that go with it.
        is_held: written but not sent until released by staff.
        is_urgent: leaves before all others, e.g. before the rest of a bulletin.
        written: subject and text, if staff wrote them; the template then only names the kind of e-mail.
        caused_by: the account that makes the portal write to somebody else; None for the public and staff.
        is_optional: does not leave if the owner of the address objected to such e-mails.
    """
    public_id = uuid.uuid4()
    if is_optional:
        context = {**context, "objection_link": links.address(public_id, language)}
    letter = Letter(to, context, dedupe_key, about, language, headers or {})
    new = Message(
        dedupe_key=dedupe_key,
        attachments=[
            {"name": a.name, "type": a.type, "base64": base64.b64encode(a.content).decode()}
            for a in attachments
        ],
        status=MessageStatus.HELD if is_held else MessageStatus.QUEUED,
        is_urgent=is_urgent,
        **_fields(template, letter, written),
    )
    new.public_id, new.caused_by = public_id, caused_by
    if is_optional:
        unwanted.keep_back([new])
    # ON CONFLICT DO NOTHING: no look before the leap, and no savepoint to undo it.
    Message.objects.bulk_create([new], ignore_conflicts=True)
    if not is_held:
        wake_worker()


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
    pairs = [(_message(template, letter), letter.is_optional) for letter in letters]
    unwanted.keep_back([message for message, is_optional in pairs if is_optional])
    messages = Message.objects.bulk_create(message for message, _is_optional in pairs)
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
    return Message.objects.with_keys(keys).waiting().update(status=MessageStatus.DISCARDED)


def discard(*, about: str) -> int:
    """Let what has not left yet about something never leave; returns how many e-mails."""
    return Message.objects.about(about).waiting().update(status=MessageStatus.DISCARDED)


def erase(*, about: str) -> int:
    """Remove the address and the text from all e-mails about something; what waited never leaves.

    The rows stay, so that keys are not used again and the figures of the past hold.
    """
    with transaction.atomic():
        discard(about=about)
        return Message.objects.about(about).update(
            to=ERASED_ADDRESS, subject="", body="", html="", headers={}, attachments=[], error=""
        )


def rewrite(*, message: Message, written: Written) -> None:
    """Give a held e-mail, locked by the caller, another subject and text.

    Raises:
        NotAllowed: it is not held any more.
    """
    _require_status(message, (MessageStatus.HELD,))
    message.subject, message.body = written
    message.save(update_fields=["subject", "body"])


def hold(*, message_id: int, by: Any) -> None:
    """Keep an e-mail back that waits for the worker, until staff release it.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail is leaving or has left.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.QUEUED,))
        message.status = MessageStatus.HELD
        message.save(update_fields=["status"])


def resend(*, message_id: int, by: Any) -> None:
    """Queue an e-mail again that failed, is in doubt or came back.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail has already left.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.FAILED, MessageStatus.DOUBT, MessageStatus.RETURNED))
        message.status, message.not_before, message.resent_by = MessageStatus.QUEUED, timezone.now(), by
        # A worker that was only slow must not write its old outcome over the new try.
        message.attempts, message.claimed_at = 0, None
        message.save(update_fields=["status", "not_before", "resent_by", "attempts", "claimed_at"])
        wake_worker()


def give_up(*, message_id: int, by: Any) -> None:
    """Let one e-mail never leave, or leave it at that: held, waiting, failed, in doubt or come back.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail has left or is leaving.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (*NOT_SENT, MessageStatus.RETURNED))
        message.status = MessageStatus.DISCARDED
        message.save(update_fields=["status"])


def let_go(*, message_id: int, by: Any) -> None:
    """Let one held e-mail leave.

    Raises:
        NotAllowed: the person may not change e-mails, or the e-mail is not held.
    """
    with transaction.atomic():
        message = _locked(message_id, by, (MessageStatus.HELD,))
        release(keys=[message.dedupe_key])


def _locked(message_id: int, by: Any, statuses: Iterable[str]) -> Message:
    message = Message.objects.select_for_update().get(pk=message_id)
    if not by.has_perm("mail.change_message"):
        raise NotAllowed
    _require_status(message, statuses)
    return message


def _require_status(message: Message, statuses: Iterable[str]) -> None:
    if message.status not in statuses:
        raise NotAllowed(_("This e-mail is now: %(status)s.") % {"status": message.get_status_display()})


def wake_worker() -> None:
    """Tell the worker after the commit; with the broker down, the beat's sweep finds the row."""
    transaction.on_commit(tasks.call_worker, robust=True)


def _message(template: str, letter: Letter) -> Message:
    html = _render_html(template, letter.context, letter.language)
    return Message(dedupe_key=letter.dedupe_key, html=html, **_fields(template, letter))


def _fields(template: str, letter: Letter, written: Written | None = None) -> dict[str, Any]:
    subject, body = written or _render(template, letter.context, letter.language)
    return {
        "template": template,
        "to": letter.to,
        "about": letter.about,
        "language": letter.language,
        "subject": subject,
        "body": body,
        "headers": dict(letter.headers),
    }


def _render_html(template: str, context: Mapping[str, Any], language: str) -> str:
    with translation.override(language):
        return render_to_string(f"{template}/body.html", _everything(context)).strip()


def _everything(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"site_url": settings.SITE_URL, "contact_email": settings.CONTACT_EMAIL, **context}


def _render(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    everything = _everything(context)
    with translation.override(language):
        subject = render_to_string(f"{template}/subject.txt", everything)
        body = render_to_string(f"{template}/body.txt", everything)
    return " ".join(subject.split())[:300], body.strip() + "\n"
