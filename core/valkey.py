"""What all who ask Valkey share: short waits, and a server that does not answer is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ResponseError, TimeoutError
from redis.retry import Retry

from core.breaker import breaker_of

_Answer = TypeVar("_Answer")


def connection_options() -> dict[str, Any]:
    """Return how long a client waits for the server; it asks once."""
    seconds = settings.VALKEY_ANSWER_SECONDS
    return {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
    }


def ask(address: str, question: Callable[[], _Answer]) -> _Answer:
    """Ask the server, unless it did not answer some seconds ago.

    Args:
        address: the URL of the server.
        question: what asks it.

    Raises:
        redis.exceptions.RedisError: it does not answer, or was not asked.
    """
    breaker = breaker_of(address)
    if not breaker.may_ask():
        raise ConnectionError("it did not answer a moment ago")
    try:
        answer = question()
    except (ConnectionError, TimeoutError):
        breaker.failed()
        raise
    except ResponseError:
        # Its memory is full, or the like: it has answered, and nobody waited.
        breaker.succeeded()
        raise
    breaker.succeeded()
    return answer
