"""Browsers in which an account was open before: a signed cookie that says so, and opens nothing.

It gives the owner of an account limits of their own, so that whoever tries the account from elsewhere cannot
use them up. It names up to five accounts. For each it ends with the sessions of the account: when all of them
are logged out, when the address changes, when the account is closed.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from core.accounts.models import User

COOKIE = "known_browser"
SALT = "impact.accounts.known_browsers"
LASTS_SECONDS = 180 * 24 * 60 * 60
MAX_ACCOUNTS = 5


class Acquaintance(NamedTuple):
    """That an account was open in this browser; the epoch is that of its sessions."""

    user_id: int
    epoch: int
    token: str


def token_for(request: HttpRequest | None, address: str) -> str:
    """Return by what this browser is counted for an address; empty if the browser is unknown to it."""
    known = _read(request) if request else []
    if not known:
        return ""
    user = User.objects.with_email(address).active().first()
    return next(
        (a.token for a in known if user and (a.user_id, a.epoch) == (user.pk, user.session_epoch)), ""
    )


def remember(request: HttpRequest, user: User) -> None:
    """Let the answer to this request set the cookie."""
    request.becomes_known_to = user  # type: ignore[attr-defined]  # a note for `write`, on the request at hand


def write(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie if somebody has logged in with this request."""
    user = getattr(request, "becomes_known_to", None)
    if user is None:
        return
    before = _read(request)
    token = next((a.token for a in before if a.user_id == user.pk), None) or secrets.token_urlsafe(12)
    others = [a for a in before if a.user_id != user.pk]
    known = [Acquaintance(user.pk, user.session_epoch, token), *others][:MAX_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([list(a) for a in known], salt=SALT),
        max_age=LASTS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _read(request: HttpRequest) -> list[Acquaintance]:
    try:
        rows = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return []
    return [Acquaintance(*row) for row in rows]
