"""Mail that comes back: reads what other mail servers report, and notes it with the e-mail that came back.

Reports are mails from strangers: none is believed that does not name an e-mail of ours by its id, which only
its recipient and the servers on the way know, and none may be so large or so odd that it does harm.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message as Email
from email.policy import compat32
from itertools import chain, islice
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from core.mail.enums import MessageStatus
from core.mail.models import Message

# A report holds some kilobytes and what came back; what is cut off at the end is of no use to us.
MAX_BYTES = 1024 * 1024
MAX_PARTS = 50
MAX_REASON = 500
# A report names itself, a thread and ours; more is no report.
MAX_IDS = 50
NO_REASON = "No reason was given."
# What has left, as far as we know; a server may report before our own one has answered.
MAY_COME_BACK = (MessageStatus.SENT, MessageStatus.DOUBT, MessageStatus.SENDING)

ID_LIKE_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
SENT_BY_A_SERVER = re.compile(r"mailer-daemon|postmaster|MicrosoftExchange[0-9a-f]{8}", re.IGNORECASE)
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
# As servers write a permanent error in free words: "550 5.1.1 no such user", "550 no such user", "(#5.1.1)".
# A bare "5.1.1" may be the version of a program.
PERMANENT_CODE = re.compile(r"(?:\b5\d\d[ \-]+(?=#?5\.)#?|#)(5\.\d{1,3}\.\d{1,3}\b[^\r\n]{0,300})")
# Without such a code, a number is an answer only where servers quote one: "534 bytes" is none.
PERMANENT_ANSWER = re.compile(
    r"(?:^[ \t<>]{0,20}"
    r"|\b(?:said|error|responded|returned|response was)[^\r\n:]{0,40}:\s{0,20}"
    r"|\bSMTP(?: error| code| response)?(?:[^\r\n]{0,200}:)?\s{1,20})"
    r"(5[0-5]\d[ \-](?!(?:[kM]?i?B|bytes?|octets?|lines?|messages?|seconds?|minutes?|hours?)\b)"
    r"[^\r\n]{3,300})",
    re.IGNORECASE | re.MULTILINE,
)


class DeliveryReport(NamedTuple):
    """What a server says became of one e-mail of ours: the first that we know of those that it may mean."""

    public_ids: list[uuid.UUID]
    is_permanent: bool
    reason: str


def read(raw: bytes) -> DeliveryReport | None:
    """Return what a mail reports; None if it is no report, or not about an e-mail of ours."""
    try:
        mail = message_from_bytes(raw[:MAX_BYTES], policy=compat32)
        public_ids = _named_ids(raw[:MAX_BYTES], mail)
        verdict = _verdict(mail) if public_ids else None
    except Exception:  # the parser has more ways to fail on a hostile mail than its documentation names
        return None
    return DeliveryReport(public_ids, *verdict) if verdict else None


@transaction.atomic
def note(report: DeliveryReport) -> Message | None:
    """Mark the e-mail that came back for good; the same report again changes nothing.

    Returns:
        The e-mail; None if the report is about a delay, or about none that has left.
    """
    if not report.is_permanent:
        return None
    may_come_back = Message.objects.filter(public_id__in=report.public_ids, status__in=MAY_COME_BACK)
    rows = may_come_back.select_for_update(of=["self"])
    message = min(rows, key=lambda row: report.public_ids.index(row.public_id), default=None)
    if message:
        message.status, message.returned_at = MessageStatus.RETURNED, timezone.now()
        # One write: a report may come before our own server has answered, while the secrets are still kept.
        message.error, message.sealed = report.reason, ""
        message.save(update_fields=["status", "returned_at", "error", "sealed"])
    return message


def _named_ids(raw: bytes, mail: Email) -> list[uuid.UUID]:
    """Return the ids that a mail names, also in a part that is encoded, each once, in their order.

    Other servers, such as Exchange Online, make ids of the same form as ours for their own mails.
    """
    texts = chain([raw.decode("ascii", "replace")], map(_text, islice(mail.walk(), MAX_PARTS)))
    named = (uuid.UUID(found[1]) for text in texts for found in ID_LIKE_OURS.finditer(text))
    return list(dict.fromkeys(islice(named, MAX_IDS)))


def _verdict(mail: Email) -> tuple[bool, str] | None:
    """Return whether it is for good, and why."""
    for part in _parts(mail):
        if part.get_content_type() in STATUS_TYPES:
            return _of_standard([block for block in _blocks(part) if block["Action"]])
    return _of_old_style(mail)


def _blocks(part: Email) -> list[Email]:
    """Return the blocks of a status: Python parts them in the oldest form only."""
    text = _text(part)
    return [message_from_string(block, policy=compat32) for block in re.split(r"\r?\n\r?\n", text)]


def _of_standard(blocks: list[Email]) -> tuple[bool, str] | None:
    """Read the blocks of a report as RFC 3464 has it: one for each recipient, and ours have one."""
    for block in blocks:
        action, status = str(block["Action"]).strip().lower(), str(block["Status"] or "").strip()
        if action in ("failed", "delayed"):
            return action == "failed" and not status.startswith("4"), _reason(block, status)
    return None


def _of_old_style(mail: Email) -> tuple[bool, str] | None:
    """Read a report in free words, if a mail server wrote it and names a permanent error.

    The reply of a person's machine, such as "out of office", comes from the person.
    """
    if not SENT_BY_A_SERVER.search(str(mail["From"] or "")):
        return None
    texts = [_text(part) for part in _parts(mail) if part.get_content_maintype() == "text"]
    for pattern in (PERMANENT_CODE, PERMANENT_ANSWER):
        if found := next((code for text in texts if (code := pattern.search(text))), None):
            return True, _one_line(found[1])
    # Exim's and Google's; not in their warnings about a delay.
    return _of_failed_address(mail, texts) if mail["X-Failed-Recipients"] else None


def _of_failed_address(mail: Email, texts: list[str]) -> tuple[bool, str]:
    address = str(mail["X-Failed-Recipients"]).split(",")[0].strip()
    after = next((text.partition(address)[2] for text in texts if address in text), "")
    lines = [line.strip() for line in after.splitlines() if line.strip(" :>")]
    return True, _one_line(lines[0] if lines else "") or NO_REASON


def _text(part: Email) -> str:
    """Return the text of a part, decoded; in a charset that nobody knows, byte by byte."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return _text_of_message(part)
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("latin-1")


def _text_of_message(part: Email) -> str:
    """Return the text of a part that is a mail or a status, which Python parses without decoding it."""
    if part.get_content_maintype() != "message":
        return ""
    text = "\n\n".join(inner.as_string() for inner in part.get_payload() if isinstance(inner, Email))
    if str(part["Content-Transfer-Encoding"]).strip().lower() != "base64":
        return text
    return base64.b64decode(text).decode("utf-8", "replace")


def _parts(mail: Email) -> Iterator[Email]:
    """Yield the parts, not those of the mail that came back, and no more than a report can have."""
    waiting = [mail]
    for _turn in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += [inner for inner in part.get_payload() if isinstance(inner, Email)][:MAX_PARTS]


def _reason(block: Email, status: str) -> str:
    return _one_line(f"{status} {block['Diagnostic-Code'] or ''}") or NO_REASON


def _one_line(text: str) -> str:
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(printable.split())[:MAX_REASON]
