"""No test talks to another machine."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


class NetworkIsBlocked(Exception):
    """Raised where a test would have reached another machine."""


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Refuse connections and look-ups of names other than this machine's."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            _refuse_foreign(address[0])
        connect(self, address)

    def guarded_look_up(host: object, *args: object, **kwargs: object) -> list:
        _refuse_foreign(host)
        return look_up(host, *args, **kwargs)

    with (
        mock.patch.object(socket.socket, "connect", guarded_connect),
        mock.patch.object(socket, "getaddrinfo", guarded_look_up),
    ):
        yield


def _refuse_foreign(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost":
        return
    try:
        is_foreign = not ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_foreign = True
    if is_foreign:
        raise NetworkIsBlocked(f"A test tried to reach {name}.")
