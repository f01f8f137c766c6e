"""A server that did not answer is left alone, and one caller at a time finds out whether it is back."""

import pytest
from django.conf import settings
from redis import Redis
from redis.exceptions import ResponseError

from core import valkey
from core.breaker import AWAY_SECONDS, Breaker, breaker_of


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("core.breaker.time", clock)
    return clock


def test_breaker_lets_everybody_ask_a_server_that_answers(clock: Clock) -> None:
    breaker = Breaker(5, 5)

    assert [breaker.may_ask(), breaker.may_ask(), breaker.is_away] == [True, True, False]


def test_breaker_leaves_a_server_alone_and_then_lets_one_caller_ask(clock: Clock) -> None:
    breaker = Breaker(5, 5)
    breaker.failed()

    assert breaker.may_ask() is False
    clock.now += 5
    assert [breaker.may_ask(), breaker.may_ask()] == [True, False]
    breaker.succeeded()
    assert [breaker.may_ask(), breaker.may_ask()] == [True, True]


def test_breaker_waits_longer_after_each_failure_up_to_its_limit(clock: Clock) -> None:
    breaker, waits = Breaker(10, 60), []
    for _failure in range(5):
        breaker.failed()
        began = clock.now
        while breaker.is_away:
            clock.now += 1
        waits.append(clock.now - began)

    assert waits == [10, 20, 40, 60, 60]


def test_breaker_counts_the_failures_of_many_at_once_as_one(clock: Clock) -> None:
    breaker = Breaker(10, 1000)
    for _thread in range(8):
        breaker.failed()

    clock.now += 10
    assert breaker.may_ask() is True


def test_breaker_begins_anew_after_a_success(clock: Clock) -> None:
    breaker = Breaker(10, 1000)
    breaker.failed()
    clock.now += 10
    breaker.failed()
    breaker.succeeded()
    breaker.failed()

    clock.now += 10
    assert breaker.is_away is False


def test_server_that_refuses_has_answered(clock: Clock) -> None:
    """As it does when its memory is full."""
    address = settings.CACHES["default"]["LOCATION"]
    server, breaker = Redis.from_url(address), breaker_of(address)
    server.set("a text", "and no list")
    breaker.failed()
    clock.now += AWAY_SECONDS

    with pytest.raises(ResponseError):
        valkey.ask(address, lambda: server.lpush("a text", "b"))

    assert [valkey.ask(address, lambda: server.get("a text")) for _caller in range(2)] == [b"and no list"] * 2
    server.close()


def test_one_breaker_serves_all_databases_of_a_server() -> None:
    one = breaker_of("redis://:secret@127.0.0.1:6379/0")

    assert one is breaker_of("redis://:other@127.0.0.1:6379/1")
    assert one is not breaker_of("redis://127.0.0.1:6380/0")
