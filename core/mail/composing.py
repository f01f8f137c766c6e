"""What an e-mail says: its templates filled in, and its secrets sealed beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core.mail import sealing
from core.mail.mailboxes import mailbox_of
from core.mail.models import Message
from core.mail.querysets import CODE_TEMPLATES, NEWS


class Attachment(NamedTuple):
    name: str
    type: str
    content: bytes


class WrittenText(NamedTuple):
    """Subject and text that somebody wrote, in place of those of the template."""

    subject: str
    body: str


class Letter(NamedTuple):
    """What one e-mail says, and to whom.

    Attributes:
        to: one address.
        context: for both templates; `site_url` and `contact_email` are added.
        dedupe_key: e.g. `application:42:receipt:1`; a second e-mail with it is not written.
        about: what it is about, e.g. `application:42`, so that staff find it there.
        language: `en` or `fr`.
        headers: further headers, e.g. List-Unsubscribe.
        secrets: what nobody but the recipient may read, by its name in the templates: a `code`, or links
            that act without a log-in. The outbox keeps them sealed, and only until the e-mail has left.
            A header that holds one of them is sealed alike.
        secrets_until: when they no longer work; the e-mail does not leave after that.
        is_optional: has a link to object, and does not leave if the owner of the address has objected; only
            for what somebody else causes, never for what a person has asked for or takes part in.
    """

    to: str
    context: Mapping[str, Any]
    dedupe_key: str
    about: str = ""
    language: str = "en"
    headers: Mapping[str, str] = MappingProxyType({})
    secrets: Mapping[str, str] = MappingProxyType({})
    secrets_until: datetime | None = None
    is_optional: bool = False


def compose(
    template: str, letter: Letter, *, written: WrittenText | None = None, has_html: bool = False
) -> Message:
    """Return an e-mail, not saved, with marks in place of its secrets."""
    marks = sealing.marks_for(letter.secrets)
    stop: dict[str, object] = (
        {"objection_link": sealing.OBJECTION} if may_be_misused(template, letter) else {}
    )
    stop["can_be_stopped"] = letter.is_optional
    with translation.override(letter.language):
        text = _render(template, {**letter.context, **marks, **stop}, written=written, has_html=has_html)
        # Links among them are worked out here, in the language of the e-mail.
        by_mark = {marks[name]: str(secret) for name, secret in letter.secrets.items()}
    headers = {name: sealing.cover(value, by_mark) for name, value in letter.headers.items()}
    # Not every template uses all that it is offered.
    everything = "".join([*text.values(), *headers.values()])
    held = {mark: secret for mark, secret in by_mark.items() if mark in everything}
    return Message(
        template=template,
        dedupe_key=letter.dedupe_key,
        to=letter.to,
        about=letter.about,
        language=letter.language,
        headers=headers,
        has_secrets=bool(held),
        sealed=sealing.seal(held),
        sealed_until=letter.secrets_until if held else None,
        optional_for=mailbox_of(letter.to) if letter.is_optional else "",
        **text,
    )


def may_be_misused(template: str, letter: Letter) -> bool:
    """Whether anybody can cause such an e-mail by typing an address: its reader can then report it.

    Not every one can be stopped: a code is always sent to whoever asks for it.
    """
    return letter.is_optional or template in CODE_TEMPLATES or template.startswith(NEWS)


def _render(
    template: str, context: Mapping[str, Any], *, written: WrittenText | None, has_html: bool
) -> dict[str, str]:
    def part(name: str) -> str:
        return render_to_string(f"{template}/{name}", everything)

    everything = {"site_url": settings.SITE_URL, "contact_email": settings.CONTACT_EMAIL, **context}
    subject, body = written or (" ".join(part("subject.txt").split())[:300], part("body.txt").strip() + "\n")
    return {"subject": subject, "body": body, "html": part("body.html").strip() if has_html else ""}
