"""A cache that is down is an empty cache: no page and no log-in fails for it."""

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from impact.cache import TolerantRedisCache

# A port on which nothing listens.
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def down():
    return TolerantRedisCache(NOWHERE, {})


def test_cache_that_is_down_is_empty(down):
    down.set("a", 1)

    assert down.get("a") is None
    assert down.get("a", "default") == "default"
    assert down.get_many(["a"]) == {}
    assert "a" not in down
    assert down.get_or_set("a", 5) == 5


def test_cache_that_is_down_forgets_what_it_is_told(down):
    assert down.add("a", 1) is True
    assert down.touch("a") is False
    assert down.delete("a") is False
    assert down.incr("a") == 1
    down.set_many({"a": 1})
    down.delete_many(["a"])


def test_cache_that_works_keeps_what_it_is_told():
    cache.set("a", 1)

    assert cache.get("a") == 1
    assert cache.incr("a") == 2


@pytest.mark.django_db
def test_log_in_code_is_sent_while_the_cache_is_down(client, mailoutbox):
    with override_settings(
        CACHES={"default": {"BACKEND": "impact.cache.TolerantRedisCache", "LOCATION": NOWHERE}}
    ):
        response = client.post(reverse("account_request_login_code"), {"email": "ana@example.org"})

    assert response.status_code == 302
