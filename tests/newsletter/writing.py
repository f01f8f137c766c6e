"""What becomes of a bulletin."""

from __future__ import annotations

from core.mail.models import Message
from newsletter import pipeline


def bulletin_mails():
    rows = Message.objects.filter(template=pipeline.TEMPLATE).order_by("to")
    return {row.to: row for row in rows}
