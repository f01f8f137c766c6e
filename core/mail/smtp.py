"""SMTP with a limit for the whole dialogue: a server that says a word now and then cannot hold a worker."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import suppress

from django.conf import settings
from django.core.mail.backends import smtp


class _Limited(smtplib.SMTP):
    """Cuts the line when the time is over, and knows whether the text of an e-mail has begun to leave."""

    has_begun_text = False
    _end: threading.Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # not in typeshed
        # Before TLS takes it over, and a number of its own: so it can be cut from outside in any state.
        own = line.dup()
        self._end = threading.Timer(settings.EMAIL_DIALOGUE_SECONDS, _cut, [own])
        self._end.daemon = True
        self._end.start()
        self._own = own
        return line

    def send(self, s: str | bytes) -> None:  # type: ignore[override]  # nothing else is ever sent
        # Commands are sent as text, the e-mail itself as bytes.
        self.has_begun_text = self.has_begun_text or isinstance(s, bytes)
        super().send(s)

    def close(self) -> None:
        super().close()
        if self._end:
            self._end.cancel()
            self._own.close()
            self._end = None


class _LimitedTLS(smtplib.SMTP_SSL, _Limited):
    """The same from the first byte in TLS."""


class EmailBackend(smtp.EmailBackend):
    """Django's, over connections that end in time."""

    connection: _Limited | None

    @property
    def connection_class(self) -> type[_Limited]:
        return _LimitedTLS if self.use_ssl else _Limited

    @property
    def may_have_sent(self) -> bool:
        """Whether the server may have taken the e-mail, when the dialogue broke."""
        return self.connection is not None and self.connection.has_begun_text


def _cut(line: socket.socket) -> None:
    with line, suppress(OSError):  # it may have ended by itself meanwhile
        line.shutdown(socket.SHUT_RDWR)
