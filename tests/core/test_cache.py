"""A cache that is down is an empty cache: no page and no log-in fails for it."""

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test import override_settings
from django.urls import reverse

from core.accounts.models import Session
from core.accounts.sessions import SessionStore
from core.cache import KEPT_SECONDS, SESSION_COPY_SECONDS, TolerantRedisCache, for_a_minute, forget_all
from tests.builders.people import make_person

MINE = "/applications/"
# A port on which nothing listens.
NOWHERE = "redis://127.0.0.1:1/0"
OUT_OF_REACH = {name: cache | {"LOCATION": NOWHERE} for name, cache in settings.CACHES.items()}


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
    with override_settings(CACHES=OUT_OF_REACH):
        response = client.post(reverse("account_request_login_code"), {"email": "ana@example.org"})

    assert response.status_code == 302


@pytest.fixture
def logged_in(client):
    client.force_login(make_person("ana@example.org"))
    assert client.get(MINE).status_code == 200
    return client


@pytest.mark.django_db
def test_session_is_read_from_the_cache_and_without_it_from_the_database(logged_in):
    with override_settings(CACHES=OUT_OF_REACH):
        assert logged_in.get(MINE).status_code == 200

    Session.objects.all().delete()
    assert logged_in.get(MINE).status_code == 200


@pytest.mark.django_db
def test_log_out_ends_the_session_in_the_database_and_in_the_cache(logged_in):
    kept = logged_in.cookies["sessionid"].value
    logged_in.post(reverse("account_logout"))
    logged_in.cookies["sessionid"] = kept

    assert logged_in.get(MINE).status_code == 302
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_log_out_while_the_cache_is_down_holds_once_its_copy_has_run_out(logged_in):
    kept = logged_in.cookies["sessionid"].value
    copy = f"{SessionStore.cache_key_prefix}{kept}"
    with override_settings(CACHES=OUT_OF_REACH):
        logged_in.post(reverse("account_logout"))

    copies = caches["sessions"]
    seconds = copies._cache.get_client(copy).ttl(copies.make_and_validate_key(copy))
    assert 0 < seconds <= SESSION_COPY_SECONDS
    copies.delete(copy)
    logged_in.cookies["sessionid"] = kept
    assert logged_in.get(MINE).status_code == 302


def test_what_is_kept_for_a_minute_is_worked_out_anew_after_it(monkeypatch):
    now, asked = 1000.0, []
    monkeypatch.setattr("core.cache.time.monotonic", lambda: now)

    @for_a_minute
    def double(number):
        asked.append(number)
        return 2 * number

    assert [double(2), double(3), double(2)] == [4, 6, 4]
    now += KEPT_SECONDS - 1
    assert [double(2), asked] == [4, [2, 3]]
    now += 1
    assert [double(2), asked] == [4, [2, 3, 2]]
    double.forget()
    assert [double(2), asked] == [4, [2, 3, 2, 2]]
    forget_all()
    assert [double(2), asked] == [4, [2, 3, 2, 2, 2]]


def test_minute_begins_anew_with_what_is_worked_out_after_forgetting(monkeypatch):
    now, asked = [1000.0], []
    monkeypatch.setattr("core.cache.time.monotonic", lambda: now[0])
    keep = for_a_minute(asked.append)
    keep(1)
    now[0] += KEPT_SECONDS - 1
    keep.forget()
    keep(1)
    now[0] += 2
    keep(1)

    assert asked == [1, 1]


def test_what_is_kept_for_a_minute_does_not_grow_without_end():
    """A visitor may ask for any number of countries."""
    asked = []
    keep = for_a_minute(asked.append)
    for number in range(1000):
        keep(number)

    keep(999)
    assert asked == list(range(1000))
    keep(0)
    assert asked[-1] == 0
