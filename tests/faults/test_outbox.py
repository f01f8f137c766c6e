"""The outbox while workers die and the broker is gone: nobody is mailed twice, nothing is forgotten."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core.mail import actions, tasks
from core.mail.enums import MessageStatus
from core.mail.models import Message
from impact.celery import app
from impact.local.processes import free_port, wait_until
from tests.support.smtp import MailServer, mail_server
from tests.support.worker import RealWorker

TIMEOUT_SECONDS = 60


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that workers started from now on send to."""
    with mail_server() as running:
        monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("EMAIL_BACKEND", "core.mail.smtp.EmailBackend")
        running.handle_error = lambda *args: None  # a killed client is what these tests are about
        yield running


@pytest.fixture
def worker(celery_worker_process: RealWorker, server: MailServer) -> Iterator[RealWorker]:
    kill(celery_worker_process)
    celery_worker_process.ensure_running()
    yield celery_worker_process
    kill(celery_worker_process)


def kill(worker: RealWorker) -> None:
    """End a worker and its pool at once, as a machine that loses power would."""
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


def post(count: int) -> list[str]:
    """Post that many e-mails in one transaction; returns the addresses."""
    addresses = [f"reader{number}@example.org" for number in range(count)]
    with transaction.atomic():
        for address in addresses:
            actions.post(
                template="account/email/account_closed", to=address, context={}, dedupe_key=f"fault:{address}"
            )
    return addresses


def counts() -> dict[str, int]:
    return dict(Message.objects.order_by().values_list("status").annotate(Count("pk")))


def await_that(is_so: Callable[[], bool], worker: RealWorker) -> None:
    assert wait_until(is_so, TIMEOUT_SECONDS), f"{counts()}\n{worker.log.read_text()[-3000:]}"


def test_worker_killed_while_sending_mails_nobody_twice(worker: RealWorker, server: MailServer) -> None:
    def kill_at_the_eighth(running: MailServer) -> None:
        if running.started == 8:
            kill(worker)

    server.before_answer = kill_at_the_eighth
    addresses = post(20)
    await_that(lambda: worker.process.poll() is not None, worker)
    assert counts() == {MessageStatus.SENT: 7, MessageStatus.SENDING: 1, MessageStatus.QUEUED: 12}

    worker.ensure_running()
    tasks.sweep.delay()
    await_that(lambda: counts().get(MessageStatus.SENT) == 19, worker)
    # The mail server had taken the eighth; the portal cannot know, and so does not send it again.
    assert sorted(server.recipients) == sorted(addresses)
    assert counts() == {MessageStatus.SENT: 19, MessageStatus.SENDING: 1}

    Message.objects.filter(status=MessageStatus.SENDING).update(
        claimed_at=timezone.now() - timedelta(minutes=3)
    )
    tasks.sweep.delay()
    await_that(lambda: counts() == {MessageStatus.SENT: 19, MessageStatus.DOUBT: 1}, worker)
    assert len(server.recipients) == 20


def test_broker_down_at_post_delays_the_mail_and_loses_nothing(
    worker: RealWorker, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{free_port()}/0")
        forget_connections()
        addresses = post(3)
    forget_connections()
    assert counts() == {MessageStatus.QUEUED: 3}
    tasks.sweep.delay()
    await_that(lambda: counts() == {MessageStatus.SENT: 3}, worker)
    assert sorted(server.recipients) == addresses


def forget_connections() -> None:
    """Let the next task be published to the address that the settings name now."""
    app._pool = app.amqp._producer_pool = None


def test_two_workers_at_once_send_each_mail_once(
    worker: RealWorker, server: MailServer, tmp_path: Path
) -> None:
    # The first two dialogues wait for each other: only two workers at the same time get any further.
    together = threading.Barrier(2, timeout=TIMEOUT_SECONDS)
    server.before_answer = lambda running: together.wait() if running.started <= 2 else None
    second = RealWorker(tmp_path / "second")
    try:
        second.ensure_running()
        addresses = post(30)
        tasks.deliver_due.delay()
        await_that(lambda: counts() == {MessageStatus.SENT: 30}, second)
    finally:
        second.end()
    assert not together.broken
    assert sorted(server.recipients) == sorted(addresses)
