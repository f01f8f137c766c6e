"""How often something may be done: one limiter for whatever mails or guesses.

Counted in Redis for all processes together, each use exactly as long as its limit says. While Redis is out
of reach each process counts for itself: nobody is refused for it, and nobody may do much more.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from core import valkey

logger = logging.getLogger(__name__)

# A household or an office has one of these; an attacker who rents one has all its addresses.
IPV6_NETWORK_BITS = 64


class RateLimit(NamedTuple):
    """At most so many uses in any such stretch of time, counted for each key by itself."""

    name: str
    most: int
    seconds: int


class Use(NamedTuple):
    """One use of a limit by somebody: an address, a network, a person's id."""

    limit: RateLimit
    key: str


def spend(*uses: Use) -> RateLimit | None:
    """Count something that falls under several limits, unless one of them is used up.

    Args:
        uses: the limits that it falls under, each with whom it is counted for.

    Returns:
        None if it was counted; else the first limit that is used up, and then nothing was counted: who is
        refused does not use up what others need.
    """
    used_up = first_used_up(*uses)
    if used_up is not None:
        return used_up
    return next((use.limit for use in uses if not _ask("hit", use)), None)


def first_used_up(*uses: Use) -> RateLimit | None:
    """Return the first limit that leaves no room for one more; nothing is counted."""
    return next((use.limit for use in uses if not _ask("test", use)), None)


def seconds_to_wait(use: Use) -> int:
    """Return after how many seconds there is room for one more, rounded up; 0 if there is room now."""
    window = _ask("get_window_stats", use)
    return 0 if window.remaining else max(1, math.ceil(window.reset_time - time.time()))


def forget(*uses: Use) -> None:
    """Begin to count anew, for example because the right code was typed."""
    for use in uses:
        _ask("clear", use)


def network_of(ip_address: str | None) -> str:
    """Return what all behind one line share: the IPv4 address, or the first 64 bits of the IPv6 one."""
    if not ip_address:
        return "nowhere"
    address = ipaddress.ip_address(ip_address)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return str(address)


def _ask(verb: str, use: Use) -> Any:
    item, key = _item(use.limit), _digest(use.key)
    address = str(settings.CACHES["default"]["LOCATION"])
    try:
        return valkey.ask(address, lambda: _verb(_shared(address), verb)(item, use.limit.name, key))
    except RedisError as error:
        logger.warning("Limits are counted by each process alone: %s", error)
        return _verb(_own(), verb)(item, use.limit.name, key)


def _verb(limiter: MovingWindowRateLimiter, verb: str) -> Callable[..., Any]:
    counting: Callable[..., Any] = getattr(limiter, verb)
    return counting


@lru_cache(maxsize=8)
def _shared(address: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(RedisStorage(address, **valkey.connection_options()))


@lru_cache(maxsize=1)
def _own() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


@lru_cache(maxsize=64)
def _item(limit: RateLimit) -> RateLimitItem:
    return RateLimitItemPerSecond(limit.most, limit.seconds)


def _digest(key: str) -> str:
    """Keys are addresses of people: Redis needs none of them in plain words, and no word breaks its keys."""
    return salted_hmac("impact.rate_limits", key, algorithm="sha256").hexdigest()[:32]
