"""What the portal stores in a browser: every cookie, and every key of the browser's own storage.

One register: the privacy page shows it, and a test compares it with what answers set and scripts write.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.accounts import known_browsers
from core.phrases import StrOrPromise
from core.privacy.durations import duration_in_words

UNTIL_CLOSED = _("until the browser is closed")
# The scripts of forms that save by themselves put it before all their keys.
TEXT_PREFIX = "impact:"
SENT = "impact:sent"


class Cookie(NamedTuple):
    """A cookie: its name, what for, how long it stays, and when it is set."""

    name: str
    purpose: StrOrPromise
    life: StrOrPromise
    set_when: StrOrPromise


class Stored(NamedTuple):
    """A key of the browser's own storage; `begins` is what all keys of the kind begin with."""

    begins: str
    shown_as: StrOrPromise
    purpose: StrOrPromise
    life: StrOrPromise


def cookies() -> list[Cookie]:
    """Return every cookie of the portal; it sets no other, and lets nobody else set one."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Keeps you logged in, and keeps a form while you confirm your identity."),
            _("%(life)s; for staff, %(life_of_staff)s after they log in")
            % {
                "life": duration_in_words(settings.SESSION_COOKIE_AGE),
                "life_of_staff": duration_in_words(settings.STAFF_SESSION_SECONDS),
            },
            _("when you ask for a code or log in"),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Protects forms: no other website can send one in your name."),
            duration_in_words(settings.CSRF_COOKIE_AGE),
            _("on a page with a form"),
        ),
        Cookie(
            known_browsers.COOKIE,
            _(
                "Recognises a browser in which you have logged in before, so that you can "
                "still log in when a stranger tries your address too often. It cannot log "
                "anybody in, and no script can read it. It holds the numbers of up to five "
                "accounts."
            ),
            duration_in_words(known_browsers.LASTS_SECONDS),
            _("when you log in"),
        ),
        *_small_cookies(),
    ]


def _small_cookies() -> list[Cookie]:
    """Return those that hold nothing about a person."""
    return [
        Cookie(
            "messages",
            _("Carries a message such as “Saved” to the next page."),
            _("until the next page"),
            _("when you have done something"),
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("Remembers the language of the administration."),
            duration_in_words(settings.LANGUAGE_COOKIE_AGE) if settings.LANGUAGE_COOKIE_AGE else UNTIL_CLOSED,
            _("when staff choose a language"),
        ),
    ]


def storage() -> list[Stored]:
    """Return what scripts keep in the browser's local storage; nothing is kept without JavaScript."""
    return [
        Stored(
            TEXT_PREFIX,
            _("impact: with the number of your account and the page"),
            _("What you have typed but not yet saved, in case the network fails or your session ends."),
            _(
                "until it is saved; after 30 days, your next visit deletes it. Deleted when "
                "you log out, unless you choose to keep it. If you are not logged in, until "
                "you close the tab"
            ),
        ),
        Stored(
            SENT,
            SENT,
            _("Which form you sent last, so that its text is deleted here once it has arrived."),
            _("until the next page"),
        ),
        *(
            Stored(key, key, purpose, _("no expiry; says nothing about you"))
            for key, purpose in (
                ("adminTheme", _("Administration: light or dark mode.")),
                ("sidebarDesktopOpen", _("Administration: whether the side menu is open.")),
            )
        ),
    ]
