"""A mail server that hangs or falls silent: no worker is held, nothing is lost, nobody is mailed twice."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from core.mail import pipeline, tasks
from core.mail.enums import MessageStatus
from core.mail.models import Message
from core.mail.places import MAIL
from tests.support.smtp import mail_server

pytestmark = pytest.mark.django_db
# What the server answers, in turn, before it says no more.
GREETS, HEARS, KNOWS_SENDER, KNOWS_RECEIVER, WAITS_FOR_TEXT = (
    "220 hi",
    "250 hi",
    "250 ok",
    "250 ok",
    "354 text",
)
DIALOGUE = [GREETS, HEARS, KNOWS_SENDER, KNOWS_RECEIVER, WAITS_FOR_TEXT]


class SilentServer(socketserver.ThreadingTCPServer):
    """Answers as often as it is told to, and then leaves the line open without a word, or drips."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, answers: list[str], *, drips: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Silence)
        self.answers, self.drips, self.connections = answers, drips, 0
        self.end = threading.Event()


class _Silence(socketserver.StreamRequestHandler):
    server: SilentServer

    def handle(self) -> None:
        self.server.connections += 1
        for number, answer in enumerate(self.server.answers):
            if number:
                self.rfile.readline()
            self.wfile.write(f"{answer}\r\n".encode())
        letters = cycle("220-still here ")
        while not self.server.end.wait(0.02):
            if self.server.drips:
                try:
                    self.wfile.write(next(letters).encode())
                except OSError:
                    return


@contextmanager
def silent_server(answers: list[str], *, drips: bool = False) -> Iterator[SilentServer]:
    with SilentServer(answers, drips=drips) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.end.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def use(settings: Settings) -> Callable[[socketserver.TCPServer], None]:
    """Send to a server, with little patience."""
    settings.EMAIL_BACKEND = "core.mail.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT, settings.EMAIL_DIALOGUE_SECONDS = 0.3, 30

    def set_up(server: socketserver.TCPServer) -> None:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address

    return set_up


def queue(count: int) -> None:
    for number in range(count):
        Message.objects.create(
            to=f"reader{number}@example.org", subject="News", body="Text", dedupe_key=f"hanging:{number}"
        )


def outcomes() -> list[tuple[str, int]]:
    return list(Message.objects.order_by("pk").values_list("status", "attempts"))


@pytest.mark.parametrize("answers", range(len(DIALOGUE)))
def test_server_that_falls_silent_before_the_text_is_tried_again_and_then_left_alone(
    use: Callable, answers: int
) -> None:
    """Nothing of the e-mail has left, so nobody must decide; the others keep all their attempts."""
    queue(3)
    with silent_server(DIALOGUE[:answers]) as server:
        use(server)
        tasks.deliver_due()
        tasks.deliver_due()

    assert outcomes() == [(MessageStatus.QUEUED, 1), (MessageStatus.QUEUED, 0), (MessageStatus.QUEUED, 0)]
    assert server.connections == 1


def test_server_that_falls_silent_after_the_text_leaves_one_in_doubt_and_is_left_alone(use: Callable) -> None:
    queue(2)
    with silent_server(DIALOGUE) as server:
        use(server)
        tasks.deliver_due()

    assert outcomes() == [(MessageStatus.DOUBT, 1), (MessageStatus.QUEUED, 0)]
    assert server.connections == 1


def test_server_that_drips_is_cut_off_when_the_dialogue_has_lasted_long_enough(
    use: Callable, settings: Settings
) -> None:
    """Each letter comes in time; only a limit for the whole ends it."""
    settings.EMAIL_TIMEOUT, settings.EMAIL_DIALOGUE_SECONDS = 30, 0.5
    queue(1)
    with silent_server([], drips=True) as server:
        use(server)
        sending = threading.Thread(target=pipeline.deliver, args=[Message.objects.get()], daemon=True)
        with pytest.MonkeyPatch.context() as patch:
            written = []
            patch.setattr(pipeline, "_write_outcome", written.append)
            sending.start()
            sending.join(20)

    assert not sending.is_alive()
    assert [message.status for message in written] == [MessageStatus.QUEUED]


def test_server_that_answers_again_gets_everything(use: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(3)
    with silent_server([]) as silent:
        use(silent)
        tasks.deliver_due()
    Message.objects.update(not_before=Message.objects.first().created_at)
    later = time.monotonic() + 15
    monkeypatch.setattr("core.breaker.time.monotonic", lambda: later)
    with mail_server() as server:
        use(server)
        tasks.deliver_due()

    assert [status for status, _attempts in outcomes()] == [MessageStatus.SENT] * 3
    assert len(server.accepted) == 3


def test_server_that_refuses_one_e_mail_is_not_left_alone(use: Callable) -> None:
    queue(2)
    with mail_server() as server:
        server.answer_to_address = "550 nobody"
        use(server)
        tasks.deliver_due()

    assert outcomes() == [(MessageStatus.FAILED, 1)] * 2


def test_no_more_e_mails_leave_at_once_than_the_mail_server_takes(settings: Settings) -> None:
    settings.EMAIL_CONNECTIONS = 2
    queue(1)
    with psycopg.connect(dbname=connection.settings_dict["NAME"], autocommit=True) as others:
        for place in range(2):
            others.execute("SELECT pg_advisory_lock(%s, %s)", [MAIL, place])
        tasks.deliver_due()
        assert outcomes() == [(MessageStatus.QUEUED, 0)]
        others.execute("SELECT pg_advisory_unlock(%s, %s)", [MAIL, 1])
        tasks.deliver_due()

    assert outcomes() == [(MessageStatus.SENT, 1)]


def test_place_of_a_worker_that_died_is_free_again(settings: Settings) -> None:
    settings.EMAIL_CONNECTIONS = 1
    queue(1)
    with psycopg.connect(dbname=connection.settings_dict["NAME"], autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, 0)", [MAIL])
        worker.execute("SELECT 1")
    # The server notices a moment later that the session has ended.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0), pg_advisory_unlock(%s, 0)", [MAIL, MAIL])
    tasks.deliver_due()

    assert outcomes() == [(MessageStatus.SENT, 1)]
