"""When a form was opened, in a value that only we can write: the grace after closing rests on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing

from core.accounts.models import User

SALT = "applications.opened_at"


def sign(public_id: UUID, user: User, at: datetime) -> str:
    """Return the token of a form of this person for this application, opened at an aware time."""
    return signing.dumps([public_id.hex, user.pk, at.isoformat()], salt=SALT)


def read(token: str, public_id: UUID, user: User) -> datetime | None:
    """Return when the form was opened; None if the token is not ours, or is of another form."""
    try:
        application, user_id, at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if [application, user_id] != [public_id.hex, user.pk]:
        return None
    return datetime.fromisoformat(at)
