"""A virus scanner: clamd, asked over its socket by its INSTREAM command; off unless it has an address."""

from __future__ import annotations

import logging
import socket
import struct
import time
from typing import IO

from django.conf import settings

logger = logging.getLogger(__name__)

PIECE_BYTES = 64 * 1024
ANSWER_MAX_BYTES = 4096
LENGTH = struct.Struct(">L")


class ScannerSilent(Exception):
    """Raised when the scanner cannot be reached, or gives no answer that says "clean" or "found"."""


def is_on() -> bool:
    """Whether files are scanned at all."""
    return bool(settings.CLAMD_ADDRESS)


def find_virus(file: IO[bytes]) -> str:
    """Return the name of what the scanner finds in a file, "" if it is clean.

    Raises:
        ScannerSilent: no answer in time, or none that can be understood.
    """
    until = time.monotonic() + settings.CLAMD_TIMEOUT_SECONDS
    try:
        with _connected(until) as scanner:
            _send(scanner, file, until)
            answer = _receive(scanner, until)
    except (OSError, ValueError) as error:
        logger.error("The virus scanner does not answer: %s", error)
        raise ScannerSilent from error
    return _found(answer)


def _connected(until: float) -> socket.socket:
    kind, _colon, place = settings.CLAMD_ADDRESS.partition(":")
    if kind == "tcp":
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_left(until))
    if kind != "unix":
        raise ValueError("CLAMD_ADDRESS begins with unix: or tcp:")
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        scanner.settimeout(_left(until))
        scanner.connect(place)
    except BaseException:
        scanner.close()
        raise
    return scanner


def _send(scanner: socket.socket, file: IO[bytes], until: float) -> None:
    scanner.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE_BYTES):
        scanner.settimeout(_left(until))
        scanner.sendall(LENGTH.pack(len(piece)) + piece)
    scanner.sendall(LENGTH.pack(0))


def _receive(scanner: socket.socket, until: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_MAX_BYTES:
        scanner.settimeout(_left(until))
        piece = scanner.recv(ANSWER_MAX_BYTES)
        if not piece:
            break
        answer += piece
    return answer


def _left(until: float) -> float:
    """Return the seconds that are left: one limit for all, or a slow scanner could drip for ever."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _found(answer: bytes) -> str:
    if not answer.endswith(b"\0"):
        logger.error("The virus scanner broke off: %r", answer[:200])
        raise ScannerSilent
    said = answer.rstrip(b"\0").decode(errors="replace").removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    logger.error("The virus scanner cannot scan: %s", said[:200])
    raise ScannerSilent
