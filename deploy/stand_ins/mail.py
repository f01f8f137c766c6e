"""What the tests ask of Mailpit: takes every e-mail by SMTP and shows it by `/api/v1/`."""

import json
import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SMTP_PORT, HTTP_PORT = 1025, 8025
MESSAGES: list[EmailMessage] = []


class Dialogue(socketserver.StreamRequestHandler):
    """One connection of a client that speaks SMTP."""

    def handle(self) -> None:
        self.say("220 mail")
        while line := self.rfile.readline():
            verb = line.decode("latin-1").strip().upper()
            if verb == "DATA":
                self.take_text()
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 OK")
        return None

    def take_text(self) -> None:
        self.say("354 send it")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        MESSAGES.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 OK")

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class Api(BaseHTTPRequestHandler):
    """The list at `/api/v1/messages`, the newest first, and each at `/api/v1/message/<ID>`."""

    def do_GET(self) -> None:  # noqa: N802 - the name is the base class's
        if self.path.startswith("/api/v1/messages"):
            answer = {"messages": [summary(number) for number in reversed(range(len(MESSAGES)))]}
        else:
            number = int(self.path.rsplit("/", 1)[1])
            body = MESSAGES[number].get_body(("plain",))
            answer = summary(number) | {"Text": body.get_content() if body else ""}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


def summary(number: int) -> dict[str, object]:
    message = MESSAGES[number]
    return {"ID": str(number), "To": [{"Address": message["To"]}], "Subject": message["Subject"]}


socketserver.ThreadingTCPServer.allow_reuse_address = True
smtp = socketserver.ThreadingTCPServer(("", SMTP_PORT), Dialogue)
threading.Thread(target=smtp.serve_forever, daemon=True).start()
ThreadingHTTPServer(("", HTTP_PORT), Api).serve_forever()
