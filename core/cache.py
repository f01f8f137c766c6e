"""The cache, which nothing may depend on: when it is down or hangs, it is empty."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

from core import valkey

logger = logging.getLogger(__name__)

KEPT_SECONDS = 60
_Asked = ParamSpec("_Asked")
_Kept = TypeVar("_Kept", covariant=True)


def _or(answer: object) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method answer so while the server cannot be reached."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def tolerant(cache: TolerantRedisCache, *args: Any, **kwargs: Any) -> Any:
            try:
                return valkey.ask(cache.address, lambda: method(cache, *args, **kwargs))
            except RedisError as error:
                logger.warning("The cache is out of reach: %s", error)
                return answer

        return tolerant

    return decorate


class _KeptClient(RedisCacheClient):
    """Django makes a client anew for each call, which takes as long as the call itself."""

    @cached_property
    def _kept(self) -> Redis:
        return super().get_client()

    def get_client(self, key: object = None, *, write: bool = False) -> Redis:
        return self._kept


class TolerantRedisCache(RedisCache):
    """Django's Redis cache for a portal that must take submissions while Redis is away.

    What it keeps can be had without it: pages for visitors, copies of sessions, and codes of an
    authenticator app that were used.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": valkey.connection_options()})
        self.address = server
        self._class = _KeptClient

    # Nothing is in an empty cache yet: a lock or counter that is asked for is had.
    add = _or(True)(RedisCache.add)
    set = _or(None)(RedisCache.set)
    touch = _or(False)(RedisCache.touch)
    delete = _or(False)(RedisCache.delete)
    has_key = _or(False)(RedisCache.has_key)
    set_many = _or([])(RedisCache.set_many)
    delete_many = _or(None)(RedisCache.delete_many)
    clear = _or(False)(RedisCache.clear)

    def get(self, key: str, default: object = None, version: int | None = None) -> Any:
        return _or(default)(RedisCache.get)(self, key, default, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        found: dict[str, Any] = _or({})(RedisCache.get_many)(self, keys, version)
        return found

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(_or(delta)(RedisCache.incr)(self, key, delta, version))


# How long somebody who logged out while the cache was out of reach could be let in by the copy in it.
SESSION_COPY_SECONDS = 60


class SessionCopies(TolerantRedisCache):
    """Copies of the sessions in the database, so that not every request asks it; each for a short while.

    Logging out deletes the row and the copy. While Redis is out of reach only the row goes, and the copy
    that comes back with Redis must not outlive it for as long as a session lasts.
    """

    def set(self, key: str, value: object, timeout: float | None = 0, version: int | None = None) -> None:
        seconds = SESSION_COPY_SECONDS if timeout is None else min(timeout, SESSION_COPY_SECONDS)
        super().set(key, value, seconds, version)


# What this process keeps for a minute: the functions by which it forgets.
_FORGET: list[Callable[[], None]] = []


class Remembering(Protocol[_Asked, _Kept]):
    """A function whose answers this process keeps for a minute, unless it is told to forget them."""

    forget: Callable[[], None]

    def __call__(self, *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Kept: ...


def for_a_minute(function: Callable[_Asked, _Kept]) -> Remembering[_Asked, _Kept]:
    """Keep what a function returns in the memory of this process, for at most a minute.

    For what every request reads and staff seldom change: nearer than Redis, and as quick while it is away.
    All threads share what is kept: nobody changes it.

    Args:
        function: of hashable arguments.

    Returns:
        The function; its `forget()` lets the next call work it out anew.
    """
    kept = lru_cache(maxsize=64)(function)
    ends_at = 0.0

    @wraps(function)
    def remembering(*args: Any) -> Any:
        nonlocal ends_at
        now = time.monotonic()
        if now >= ends_at:
            kept.cache_clear()
            ends_at = now + KEPT_SECONDS
        return kept(*args)

    def forget() -> None:
        # The minute begins with what is worked out next, not with what is forgotten.
        nonlocal ends_at
        ends_at = 0.0
        kept.cache_clear()

    told = cast("Remembering[_Asked, _Kept]", remembering)
    told.forget = forget
    _FORGET.append(forget)
    return told


def forget_all() -> None:
    """Forget all that this process keeps for a minute."""
    for forget in _FORGET:
        forget()
