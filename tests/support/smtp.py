"""A small mail server for the tests: it keeps what it accepted, and behaves as badly as a test wants."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

Hook = Callable[["MailServer"], None]


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as smtplib asks for; listens on this machine only."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.accepted: list[Message] = []
        self.started = 0
        # Answers to RCPT and to the end of the text; a test may replace them.
        self.answer_to_address = "250 OK"
        self.answer_to_text = "250 OK"
        # Called in the middle of each dialogue: the text has come, the answer has not gone.
        self.before_answer: Hook = lambda server: None

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def recipients(self) -> list[str]:
        return [message["To"] for message in self.accepted]


class _Dialogue(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            verb = line.decode("latin-1").strip().upper()
            if verb == "DATA":
                self.take_text()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.server.answer_to_address if verb.startswith("RCPT") else "250 OK")

    def take_text(self) -> None:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        self.server.started += 1
        self.server.before_answer(self.server)
        if self.server.answer_to_text.startswith("250"):
            self.server.accepted.append(message_from_bytes(b"".join(lines)))
        self.say(self.server.answer_to_text)

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server in a thread of the test process."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
