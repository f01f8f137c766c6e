"""All that we hold about an expert, in a form that people can take away (GDPR article 20)."""

from __future__ import annotations

from typing import Any

from core.mail.models import Message
from experts import snapshots
from experts.models import Expert


def everything(expert: Expert) -> dict[str, Any]:
    """Return the profile, its history, declarations, versions and e-mails as plain data; times are UTC."""
    return {
        "account": {"email": expert.user.email, "name": expert.user.name, "language": expert.user.language},
        "profile": {
            "status": expert.status,
            "started": expert.created_at,
            "last_change": expert.changed_at,
            "sent": expert.submitted_at,
            "confirmed_as_current": expert.confirmed_at,
            "revision": expert.revision,
            "sections": snapshots.take(expert),
        },
        "status_history": list(expert.changes.values("from_status", "to_status", "at", "reason")),
        "declarations": list(expert.declarations.values("kind", "is_given", "wording", "language", "at")),
        "versions": list(expert.versions.values("revision", "saved_at", "profile")),
        "emails": [_email(message) for message in Message.objects.about(expert.about)],
    }


def _email(message: Message) -> dict[str, Any]:
    return {
        "to": message.to,
        "subject": message.shown_subject,
        "body": message.shown_body,
        "created_at": message.created_at,
        "sent_at": message.sent_at,
    }
