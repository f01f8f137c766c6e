"""All that we hold about a subscriber, in a form that people can take away (GDPR articles 15 and 20)."""

from __future__ import annotations

from typing import Any

from core.mail.models import Message
from newsletter.models import Subscriber


def everything(subscriber: Subscriber) -> dict[str, Any]:
    """Return the subscription, its history, consents and e-mails as plain data; times are UTC."""
    messages = Message.objects.about(subscriber.about).released()
    return {
        "email": subscriber.email,
        "status": subscriber.status,
        "topics": subscriber.topics,
        "language": subscriber.language,
        "asked": subscriber.created_at,
        "status_history": list(subscriber.changes.values("from_status", "to_status", "at")),
        "consents": list(subscriber.consents.values("kind", "topics", "wording", "language", "at")),
        "emails": [
            # No text: the link to this page never expires, and goes along with a bulletin that is passed on.
            {"subject": message.shown_subject, "sent_at": message.sent_at}
            for message in messages
        ],
    }
