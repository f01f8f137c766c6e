"""Valkey hangs: it takes connections and answers nothing. Nobody waits twice, nobody is refused."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis import Redis
from redis.connection import Connection

from core import rate_limits
from core.mail import tasks as mail_tasks
from core.rate_limits import RateLimit, Use
from impact.celery import app
from impact.local.processes import Household
from impact.local.valkey import Valkey
from tests.builders.applications import lead_of, ready
from tests.builders.calls import open_call
from tests.support.applicant_forms import logged_in, press_submit
from tests.support.logging_in import log_in_by_code

PAGES = ["/", "/calls/", "/experts/", "/map/", "/newsletter/", "/accounts/login/"]


class Questions:
    """Counts what is sent to the server."""

    def __init__(self) -> None:
        self.sent = 0

    def count(self, send: Any) -> Any:
        def counting(connection: Connection, *args: Any, **kwargs: Any) -> Any:
            self.sent += 1
            return send(connection, *args, **kwargs)

        return counting


@pytest.fixture
def valkey(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A server of its own for cache, sessions, limits and broker; a failure is remembered to the end."""
    household = Household(tmp_path)
    server = Valkey(household, tmp_path / "valkey", durable=False).start()
    monkeypatch.setattr("core.breaker.AWAY_SECONDS", 3600.0)
    settings.VALKEY_ANSWER_SECONDS = 0.2
    settings.BROKER_WRITE_OPTIONS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    settings.CACHES = {
        name: cache | {"LOCATION": f"{server.url}/1"}
        if "Redis" in cache["BACKEND"] or name == "sessions"
        else cache
        for name, cache in django_settings.CACHES.items()
    }
    monkeypatch.setattr(app.conf, "broker_write_url", f"{server.url}/0")
    forget_connections()
    yield server
    forget_connections()
    os.kill(server.process.pid, signal.SIGCONT)
    household.end()


@pytest.fixture
def questions(valkey: Valkey) -> Iterator[Questions]:
    """The server hangs from now on; what is asked of it nevertheless."""
    os.kill(valkey.process.pid, signal.SIGSTOP)
    counted = Questions()
    send = Connection.send_packed_command
    with mock.patch.object(Connection, "send_packed_command", counted.count(send)):
        yield counted


def forget_connections() -> None:
    """Let the next task be published to the address that the settings name now."""
    app._pool = app.amqp._producer_pool = None


@pytest.mark.django_db(transaction=True)
def test_pages_log_in_and_submission_work_and_the_server_is_asked_once(
    questions: Questions, client: Client
) -> None:
    assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)

    assert log_in_by_code(client, "ana@example.org").status_code == 302
    assert client.get("/applications/").status_code == 200

    application = ready(open_call())
    lead = logged_in(lead_of(application))
    receipt = lead.get(press_submit(lead, application).headers["Location"])
    assert application.submissions.get().sha256 in receipt.content.decode()
    assert questions.sent == 1


def test_cache_answers_as_if_it_were_empty(questions: Questions) -> None:
    assert cache.add("a", 1) is True
    assert [cache.get("a", 7), cache.incr("a"), cache.get_many(["a"]), cache.get_or_set("a", 5)] == [
        7,
        1,
        {},
        5,
    ]
    cache.set("a", 1)
    cache.delete("a")
    assert questions.sent == 1


def test_limit_is_counted_by_the_process_and_refuses_nobody_for_the_outage(questions: Questions) -> None:
    use = Use(RateLimit("hanging", 3, 60), "ana@example.org")

    assert [rate_limits.spend(use) for _ in range(3)] == [None] * 3
    assert rate_limits.spend(use) == use.limit
    assert questions.sent == 1


def test_task_is_given_up_after_one_try_and_a_second_one_asks_nobody(
    questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.conf, "task_always_eager", False)

    assert mail_tasks.deliver_due.delay() is None
    first = questions.sent
    assert mail_tasks.deliver_due.delay() is None
    cache.set("a", 1)
    assert (0 < first <= 4, questions.sent) == (True, first)


def test_server_whose_memory_is_full_is_not_left_alone(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set("a", 1)
    monkeypatch.setattr(app.conf, "task_always_eager", False)
    with Redis.from_url(valkey.url) as server:
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", "1")

    cache.set("b", 2)
    assert mail_tasks.deliver_due.delay() is None

    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_server_that_answers_again_is_asked_again(
    questions: Questions, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.breaker.AWAY_SECONDS", 0.0)
    cache.set("a", 1)
    assert cache.get("a") is None

    os.kill(valkey.process.pid, signal.SIGCONT)
    cache.set("a", 2)
    assert cache.get("a") == 2
