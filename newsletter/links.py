"""Signed links: what an e-mail lets its reader do without an account."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from newsletter.exceptions import BrokenLink, ExpiredLink
from newsletter.models import Subscriber

CONFIRM_LASTS = timedelta(days=7)
CONFIRM_SALT = "newsletter.confirm"
# Leaving must work for ever, so this link never expires.
MANAGE_SALT = "newsletter.manage"


class ConfirmedChoice(NamedTuple):
    """What a link to confirm is about: exactly what the e-mail around it names."""

    public_id: str
    language: str
    topics: tuple[str, ...]

    def is_current_for(self, subscriber: Subscriber) -> bool:
        """Whether this is what the subscriber gets; also for a link of before, which names no choice."""
        wanted = (sorted(self.topics), self.language)
        return not self.topics or wanted == (sorted(subscriber.topics), subscriber.language)


def confirm_address(subscriber: Subscriber) -> str:
    """Return the link that confirms the present choice; it expires after `CONFIRM_LASTS`."""
    choice = "-".join([subscriber.public_id.hex, subscriber.language, *subscriber.topics])
    token = signing.TimestampSigner(salt=CONFIRM_SALT).sign(choice)
    return _address("confirm", token, subscriber.language)


def preferences_address(subscriber: Subscriber) -> str:
    return _address("preferences", _manage_token(subscriber), subscriber.language)


def preferences_path(subscriber: Subscriber) -> str:
    """Return the same without the host, in the language of the page that leads there."""
    return reverse("newsletter:preferences", args=[_manage_token(subscriber)])


def unsubscribe_address(subscriber: Subscriber) -> str:
    return _address("unsubscribe", _manage_token(subscriber), subscriber.language)


def headers(subscriber: Subscriber) -> dict[str, str]:
    """Return the headers that name the list and offer to leave it with one click (RFC 2919, 2369, 8058)."""
    return {
        "List-Id": f"IMPACT <news.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{unsubscribe_address(subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_confirm(token: str) -> ConfirmedChoice:
    """Return what is confirmed.

    Raises:
        ExpiredLink: older than `CONFIRM_LASTS`.
        BrokenLink: not written by us.
    """
    try:
        signed = signing.TimestampSigner(salt=CONFIRM_SALT).unsign(token, max_age=CONFIRM_LASTS)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except signing.BadSignature as error:
        raise BrokenLink from error
    public_id, *choice = signed.split("-")
    # Links of before name no choice; the last one to come works for seven days.
    language, *topics = choice or [""]
    return ConfirmedChoice(public_id, language, tuple(topics))


def read_manage(token: str) -> str:
    """Return the subscriber's public id.

    Raises:
        BrokenLink: not written by us.
    """
    try:
        return signing.Signer(salt=MANAGE_SALT).unsign(token)
    except signing.BadSignature as error:
        raise BrokenLink from error


def _manage_token(subscriber: Subscriber) -> str:
    return signing.Signer(salt=MANAGE_SALT).sign(subscriber.public_id.hex)


def _address(name: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse(f"newsletter:{name}", args=[token])
