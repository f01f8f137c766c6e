"""One limiter: exact also when many come at once, and nobody is refused because Redis is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import override_settings

from core import rate_limits
from core.rate_limits import RateLimit, Use, first_used_up, forget, network_of, seconds_to_wait, spend

FEW = RateLimit("few", 3, 60)
MANY = RateLimit("many", 100, 60)
NOWHERE = {name: cache | {"LOCATION": "redis://127.0.0.1:1/0"} for name, cache in settings.CACHES.items()}


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests():
    yield
    rate_limits._own().storage.reset()


def test_limit_lets_as_many_through_as_it_says_and_counts_each_key_by_itself():
    assert [spend(Use(FEW, "ana")) for _ in range(5)] == [None, None, None, FEW, FEW]
    assert spend(Use(FEW, "ben")) is None


def test_who_is_refused_uses_nothing_up():
    for _ in range(3):
        spend(Use(FEW, "ana"))

    for _ in range(200):
        assert spend(Use(MANY, "office"), Use(FEW, "ana")) == FEW

    assert spend(Use(MANY, "office"), Use(FEW, "ben")) is None


def test_limit_is_exact_when_many_come_at_once():
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: spend(Use(FEW, "ana")), range(60)))

    assert answers.count(None) == 3


def test_wait_is_told_and_ends_when_forgotten():
    use = Use(FEW, "ana")
    assert seconds_to_wait(use) == 0
    for _ in range(3):
        spend(use)
    assert 55 <= seconds_to_wait(use) <= 60

    forget(use)

    assert first_used_up(use) is None


def test_each_process_counts_alone_while_redis_is_away():
    with override_settings(CACHES=NOWHERE):
        assert [spend(Use(FEW, "ana")) for _ in range(5)] == [None, None, None, FEW, FEW]

    assert spend(Use(FEW, "ana")) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        (None, "nowhere"),
    ],
)
def test_network_stands_for_everybody_behind_one_line(address, network):
    assert network_of(address) == network
