"""A circuit breaker: a server that did not answer is left alone for a while, so that few wait for it."""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from urllib.parse import urlsplit

# A cache that is away costs little; whoever finds out whether it is back waits for it.
AWAY_SECONDS = 5.0


class Breaker:
    """Remembers, for this process, whether a server answers.

    Args:
        first_wait_seconds: how long it is left alone after its first failure.
        longest_wait_seconds: each further failure in turn doubles the wait, up to this.
    """

    def __init__(self, first_wait_seconds: float, longest_wait_seconds: float) -> None:
        self._first, self._longest = first_wait_seconds, longest_wait_seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._away_until = 0.0

    @property
    def is_away(self) -> bool:
        return bool(self._failures) and time.monotonic() < self._away_until

    def may_ask(self) -> bool:
        """Whether to ask the server now; when a wait is over, one caller may, and finds out for all."""
        if not self._failures:
            return True
        with self._lock:
            if self.is_away:
                return False
            self._wait()
            return True

    def failed(self) -> None:
        """Leave the server alone from now on, for the next wait."""
        with self._lock:
            # Of many who were asking at the same time, only the first one's failure counts.
            if not self.is_away:
                self._wait()

    def succeeded(self) -> None:
        """Let everybody ask again."""
        self._failures = 0

    def _wait(self) -> None:
        wait = min(self._first * 2 ** min(self._failures, 20), self._longest)
        self._failures += 1
        self._away_until = time.monotonic() + wait


@lru_cache(maxsize=64)
def _of_server(host: str) -> Breaker:
    return Breaker(AWAY_SECONDS, AWAY_SECONDS)


def breaker_of(address: str) -> Breaker:
    """Return the one breaker of this process for the server of a URL, whatever its databases are used for."""
    return _of_server(urlsplit(address).netloc.rpartition("@")[2])


def close_all() -> None:
    """Forget every failure."""
    _of_server.cache_clear()
