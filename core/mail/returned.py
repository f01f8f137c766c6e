"""Mail that comes back: reads what other mail servers report, and notes it with the e-mail that came back.

Reports are mails from strangers: none is believed that does not name an e-mail of ours by its id, which only
its recipient and the servers on the way know, and none may be so large or so odd that it does harm.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Email
from email.policy import compat32
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from core.mail.enums import MessageStatus
from core.mail.models import Message

# A report holds some kilobytes and what came back; what is cut off at the end is of no use to us.
MOST_BYTES = 1024 * 1024
MOST_PARTS = 50
MOST_REASON = 500
# What has left, as far as we know; a server may report before our own one has answered.
MAY_COME_BACK = (MessageStatus.SENT, MessageStatus.DOUBT, MessageStatus.SENDING)

OUR_ID = re.compile(rb"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
SENT_BY_A_SERVER = re.compile(r"mailer-daemon|postmaster", re.IGNORECASE)
PERMANENT_CODE = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b[^\r\n]{0,300}")


class Report(NamedTuple):
    """What a server says became of one e-mail of ours."""

    public_id: uuid.UUID
    is_permanent: bool
    reason: str


def read(raw: bytes) -> Report | None:
    """Return what a mail reports; None if it is no report, or not about an e-mail of ours."""
    raw = raw[:MOST_BYTES]
    named = OUR_ID.search(raw)
    if named is None:
        return None
    try:
        verdict = _verdict(message_from_bytes(raw, policy=compat32))
    except Exception:  # the parser has more ways to fail on a hostile mail than its documentation names
        return None
    return Report(uuid.UUID(named[1].decode()), *verdict) if verdict else None


@transaction.atomic
def note(report: Report) -> Message | None:
    """Mark the e-mail that came back for good; the same report again changes nothing.

    Returns:
        The e-mail; None if the report is about a delay, or about none that has left.
    """
    if not report.is_permanent:
        return None
    may_come_back = Message.objects.filter(public_id=report.public_id, status__in=MAY_COME_BACK)
    message = may_come_back.select_for_update(of=["self"]).first()
    if message:
        message.status, message.returned_at = MessageStatus.RETURNED, timezone.now()
        # One write: a report may come before our own server has answered, while the secrets are still kept.
        message.error, message.sealed = report.reason, ""
        message.save(update_fields=["status", "returned_at", "error", "sealed"])
    return message


def _verdict(mail: Email) -> tuple[bool, str] | None:
    """Return whether it is for good, and why."""
    for part in _parts(mail):
        if part.get_content_type() == "message/delivery-status":
            blocks = [block for block in part.get_payload() if isinstance(block, Email) and block["Action"]]
            return _of_standard(blocks)
    return _of_old_style(mail)


def _of_standard(blocks: list[Email]) -> tuple[bool, str] | None:
    """Read the blocks of a report as RFC 3464 has it: one for each recipient, and ours have one."""
    for block in blocks:
        action, status = str(block["Action"]).strip().lower(), str(block["Status"] or "")
        if action in ("failed", "delayed"):
            return action == "failed" and not status.startswith("4"), _reason(block, status)
    return None


def _of_old_style(mail: Email) -> tuple[bool, str] | None:
    """Read a report in free words, if a mail server wrote it and names a permanent error."""
    if not SENT_BY_A_SERVER.search(str(mail["From"] or "")):
        return None
    texts = (part.get_payload() for part in _parts(mail) if part.get_content_type() == "text/plain")
    found = next((code for text in texts if (code := PERMANENT_CODE.search(str(text)))), None)
    return (True, _one_line(found[0])) if found else None


def _parts(mail: Email) -> Iterator[Email]:
    """Yield the parts, not those of the mail that came back, and no more than a report can have."""
    waiting = [mail]
    for _turn in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += part.get_payload()[:MOST_PARTS]


def _reason(block: Email, status: str) -> str:
    return _one_line(f"{status} {block['Diagnostic-Code'] or ''}") or "No reason was given."


def _one_line(text: str) -> str:
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(printable.split())[:MOST_REASON]
