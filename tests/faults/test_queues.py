"""After an outage: thousands of queued sweeps, and a log-in code that waits for none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from redis import Redis

from core.mail import tasks as mail_tasks
from impact.celery import app
from impact.local.processes import wait_until
from matching import tasks as matching_tasks
from tests.support.smtp import MailServer, mail_server
from tests.support.worker import RealWorker

QUEUED = {"celery": 12_000, "mail": 3_000}
TIMEOUT_SECONDS = 120


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server() as running:
        monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("EMAIL_BACKEND", "core.mail.smtp.EmailBackend")
        yield running


@pytest.fixture
def broker(transactional_db: None, _real_worker: RealWorker) -> Iterator[Redis]:
    """The broker's lists, while tasks are really published and nobody takes them yet."""
    # Of an earlier test of this process; the next one that needs it starts it again.
    if _real_worker.process and _real_worker.process.poll() is None:
        _real_worker.kill()
    app.conf.task_always_eager = False
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.flushdb()
        yield client
        client.flushdb()
    app.conf.task_always_eager = True


def pile_up(broker: Redis) -> None:
    """Queue what beat published while no worker ran."""
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for task in (matching_tasks.sweep, mail_tasks.sweep):
        task.apply_async(expires=8)
    for queue, count in QUEUED.items():
        sample = json.loads(broker.lindex(queue, 0))
        # Those of the other queue are worth doing, the worst that could lie before a code.
        if queue == "mail":
            sample["headers"]["expires"] = long_ago
        else:
            sample["headers"]["expires"] = None
        copies = []
        for number in range(count):
            sample["headers"]["id"] = sample["properties"]["delivery_tag"] = f"{queue}-{number}"
            copies.append(json.dumps(sample))
        broker.delete(queue)
        broker.lpush(queue, *copies)


def test_log_in_code_waits_for_none_of_fifteen_thousand_queued_sweeps(
    broker: Redis, server: MailServer, tmp_path: Path
) -> None:
    pile_up(broker)
    Client().post(reverse("account_request_login_code"), {"email": "ana@example.org"})
    workers = [RealWorker(tmp_path / queue, queue) for queue in QUEUED]
    try:
        for worker in workers:
            worker.start()
        came = wait_until(lambda: server.accepted != [], TIMEOUT_SECONDS)
        waiting = broker.llen("celery")
    finally:
        for worker in workers:
            worker.end()

    assert came
    assert server.recipients == ["ana@example.org"]
    # The other worker was still far from done.
    assert waiting > QUEUED["celery"] / 2
