"""Sessions: a row that knows whose it is, a copy in Redis, and an end that holds whatever is clicked.

Django's own store with three things more: the person, so that one can see and end one's sessions; the browser
in words, for the list; and for staff a time at which the session is over.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.cached_db import SessionStore as CachedRows
from django.core.cache import caches
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.accounts import known_browsers
from core.accounts.logged_in import person_at
from core.accounts.models import Session, User

BEGAN, BROWSER, OVER_AT = "began", "browser", "over_at"
# The first that fits: Edge and Opera call themselves Chrome as well, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone|iPad": "iOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class SessionStore(CachedRows):
    cache_key_prefix = "impact.accounts.sessions"

    @classmethod
    def get_model_class(cls) -> type:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        return row

    def get_expiry_age(self, **kwargs: Any) -> int:
        age = super().get_expiry_age(**kwargs)
        # With an expiry Django asks while it loads the session, which cannot be read yet.
        over_at = None if "expiry" in kwargs else self.get(OVER_AT)
        return min(age, int(over_at - time.time())) if over_at else age

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        date = super().get_expiry_date(**kwargs)
        over_at = None if "expiry" in kwargs else self.get(OVER_AT)
        return min(date, datetime.fromtimestamp(over_at, UTC)) if over_at else date


class Running(NamedTuple):
    """A session as its owner sees it; `handle` names it in a page, and opens nothing."""

    handle: str
    began: datetime | None
    browser: str
    is_current: bool


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note when and in which browser somebody logged in; the browser is known from now on."""
    request.session[BEGAN] = time.time()
    request.session[BROWSER] = browser_in_words(request.META.get("HTTP_USER_AGENT", ""))
    if user.is_staff:
        request.session[OVER_AT] = time.time() + settings.STAFF_SESSION_SECONDS
    known_browsers.remember(request, user)


def keep_current(request: HttpRequest) -> None:
    """Let this session go on after all sessions of the person were ended; its key is a new one."""
    user = User.objects.get(pk=request.user.pk)
    update_session_auth_hash(request, user)
    known_browsers.remember(request, user)


def running(request: HttpRequest) -> list[Running]:
    """Return the sessions of the person at the screen, this one first, then the newest."""
    listed = [_running(row, request) for row in person_at(request).sessions.running()]
    return sorted(listed, key=lambda s: (s.is_current, s.began and s.began.timestamp() or 0), reverse=True)


def end_one(request: HttpRequest, handle: str) -> None:
    """End one of the person's sessions, if it is still there."""
    keys = person_at(request).sessions.values_list("session_key", flat=True)
    end_keys(key for key in keys if _handle(key) == handle)


def end_keys(keys: Iterable[str]) -> None:
    """Delete rows and copies."""
    keys = list(keys)
    Session.objects.with_keys(keys).delete()
    copies = [SessionStore.cache_key_prefix + key for key in keys]
    caches[settings.SESSION_CACHE_ALIAS].delete_many(copies)


def browser_in_words(user_agent: str) -> str:
    """Return, for example, “Firefox, Windows”: enough to know it again, and no more is kept."""
    found = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(word for word in found if word)


def _first(words: dict[str, str], user_agent: str) -> str:
    return next((word for pattern, word in words.items() if re.search(pattern, user_agent)), "")


def _running(row: Session, request: HttpRequest) -> Running:
    content = row.get_decoded()
    began = content.get(BEGAN)
    return Running(
        handle=_handle(row.session_key),
        began=datetime.fromtimestamp(began, UTC) if began else None,
        browser=content.get(BROWSER) or _("Unknown browser"),
        is_current=row.session_key == request.session.session_key,
    )


def _handle(session_key: str) -> str:
    return salted_hmac("impact.accounts.sessions", session_key, algorithm="sha256").hexdigest()[:32]
