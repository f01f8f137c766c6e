"""E-mails as their recipients get them, with the codes and links that the outbox keeps sealed."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet

from core.mail import pipeline, sealing
from core.mail.models import Message

CODE = re.compile(r"^(\d{6}|[2-9A-Z]{4}(-[2-9A-Z]{4}){2})$", re.MULTILINE)


def email_of(message: Message) -> EmailMultiAlternatives:
    """Return an e-mail as it arrived, or as it will arrive if it has not left yet."""
    for sent in mail.outbox:
        if str(message.public_id) in sent.extra_headers.get("Message-ID", ""):
            return sent
    return pipeline.email_of(message, sealing.unseal(message.sealed))


def newest(**of: Any) -> EmailMultiAlternatives:
    """Return the newest e-mail with these fields, e.g. `to`, as it is received."""
    return email_of(Message.objects.filter(**of).latest("pk"))


def newest_code(to: str) -> str:
    """Return the code in the newest e-mail to an address that holds one: short, or long in groups."""
    bodies = (email_of(message).body for message in Message.objects.filter(to=to).order_by("-pk"))
    return next(found.group() for body in bodies if (found := CODE.search(body)))


def link_in(message: Message, part: str = "") -> str:
    """Return the path of the first link of an e-mail with this part."""
    return re.search(rf"^https?://[^/\s]+(\S*{part}\S*)", email_of(message).body, re.MULTILINE).group(1)


def beside_receipts() -> QuerySet[Message]:
    """What was written since everything was submitted, in the order of writing."""
    return Message.objects.exclude(template__endswith="/receipt").order_by("pk")


def mails() -> list[tuple[str, str, str]]:
    """What the outbox holds beside receipts: (template's last part, to, status), in the order of writing."""
    rows = beside_receipts().values_list("template", "to", "status")
    return [(template.rpartition("/")[2], to, status) for template, to, status in rows]
