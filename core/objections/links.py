"""The signed link in an e-mail by which its reader objects to it; it needs no account and never expires."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

SALT = "objections"


def address(message_id: uuid.UUID, language: str) -> str:
    """Return the link for the e-mail of this public id, in the language of the e-mail."""
    with translation.override(language):
        return f"{settings.SITE_URL}{path(message_id)}"


def path(message_id: uuid.UUID) -> str:
    return reverse("objections:object", args=[signing.Signer(salt=SALT).sign(message_id.hex)])


def read(token: str) -> uuid.UUID | None:
    """Return the public id of the e-mail; None if the link was not written by us."""
    try:
        return uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
