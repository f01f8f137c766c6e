"""How often somebody may guess or ask, so that nobody guesses and nobody can lock another out.

Counted are an address *and* the network that tries it, so that a stranger uses up what is the stranger's; a
browser in which the account was open before (`known_browsers`) is counted by itself, so that its owner does
not notice an attack; and once a day whatever all unknown browsers try at one account, since an attacker may
have many networks. Beyond the daily limit another way stays open: instead of a password a code by e-mail,
instead of a short code a long one (`codes`).

What an attacker with any number of networks may reach at one account in a day:

* short log-in codes: each of the `CODES_ASKED_DAY` has five tries, and `CODES_COMPARED` more guesses are
  compared with one of 1,000,000 codes: 30 in all, or 3 in 100,000. The same again for each browser that the
  account was opened in, if the attacker sits at it.
* long log-in codes: 32^12, or 60 bits: nobody guesses one.
* passwords: 50 of at least 12 characters that are no common ones.
* codes of the authenticator app: 30 of 1,000,000, and 30 recovery codes of 10 in 100,000,000, by somebody who
  has the mailbox or the password already. Staff need both, which makes 1 in 1,000,000,000 for a log-in.
* passkeys and set-up codes (60 bits) cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest

from core import rate_limits
from core.accounts import known_browsers
from core.rate_limits import RateLimit, Use
from core.visitors import network_of_visitor

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# A town hall behind one address may log in together on the last day of a call.
OF_A_NETWORK = RateLimit("log-ins of a network", 200, MINUTE)

# How many rows with tries of their own there are at once, mailed or not; their life is a quarter of an hour.
CODES_AWAITED = RateLimit("codes awaited for an address by a network or browser", 60, 15 * MINUTE)
CODES_ASKED_KNOWN = RateLimit("codes asked for an address by a known browser", 5, 5 * MINUTE)
CODES_ASKED_KNOWN_DAY = RateLimit("codes asked in a day by a known browser", 30, DAY)
# Each has five tries; whoever asks for more gets long codes.
CODES_ASKED_DAY = RateLimit("codes asked in a day by unknown browsers", 5, DAY)
LONG_CODES = RateLimit("long codes for an address", 1, HOUR)
# With codes that were mailed for another browser, or before.
CODES_COMPARED = RateLimit("codes compared in a day from unknown browsers", 5, DAY)
CODES_COMPARED_KNOWN = RateLimit("codes compared in a day from a known browser", 30, DAY)
# A new address may be a stranger's: these e-mails are not asked for by who gets them.
NEW_ADDRESSES = RateLimit("new addresses tried by an account", 10, DAY)


class Origin(NamedTuple):
    """Where a try comes from; `browser` is empty unless the address was logged in with there before."""

    network: str
    browser: str = ""


class Guessing(NamedTuple):
    """What is guessed, and how often: by one network, by one known browser, by all unknown browsers."""

    near: RateLimit
    known: RateLimit
    day: RateLimit

    def uses(self, address: str, origin: Origin) -> tuple[Use, ...]:
        """Return what a try counts for; a known browser that tries too often is one like any other."""
        known = Use(self.known, f"{address} {origin.browser}")
        if origin.browser and rate_limits.first_used_up(known) is None:
            return (known,)
        return (Use(self.near, f"{address} {origin.network}"), Use(self.day, address))


PASSWORDS = Guessing(
    near=RateLimit("passwords by a network", 5, 5 * MINUTE),
    known=RateLimit("passwords by a known browser", 30, DAY),
    day=RateLimit("passwords in a day from unknown browsers", 50, DAY),
)
FACTORS = Guessing(
    near=RateLimit("factors by a network", 5, 5 * MINUTE),
    known=RateLimit("factors by a known browser", 30, DAY),
    day=RateLimit("factors in a day from unknown browsers", 30, DAY),
)
SET_UP_CODES = Guessing(
    near=RateLimit("set-up codes by a network", 10, HOUR),
    known=RateLimit("set-up codes by a known browser", 30, DAY),
    day=RateLimit("set-up codes in a day from unknown browsers", 100, DAY),
)


def origin_of(request: HttpRequest | None, address: str) -> Origin:
    """Return where a try at an address comes from."""
    return Origin(network_of_visitor(request), known_browsers.token_for(request, address))


def is_network_busy(request: HttpRequest, address: str = "") -> bool:
    """Count a request of a network; whether it sends too many. A browser known to the address goes on."""
    origin = origin_of(request, address)
    return rate_limits.spend(Use(OF_A_NETWORK, origin.network)) is not None and not origin.browser


def try_once(guessing: Guessing, address: str, origin: Origin) -> bool:
    """Count a try before it is looked at; False if it must not be looked at, and then it is not counted.

    Counting first is what makes the limit exact when many tries come at once.
    """
    return rate_limits.spend(*guessing.uses(address, origin)) is None


def succeeded(guessing: Guessing, address: str, origin: Origin) -> None:
    """Begin to count anew for who was right; what others tried in a day stays counted."""
    rate_limits.forget(*(use for use in _of_one(guessing, address, origin)))


def _of_one(guessing: Guessing, address: str, origin: Origin) -> Iterator[Use]:
    yield Use(guessing.near, f"{address} {origin.network}")
    if origin.browser:
        yield Use(guessing.known, f"{address} {origin.browser}")
