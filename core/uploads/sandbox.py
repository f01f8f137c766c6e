"""Runs `inspection` on a file in a process of its own: limited, without our secrets, ended in time."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from django.conf import settings

from inspection.judging import Verdict
from inspection.refusals import Reason

logger = logging.getLogger(__name__)

# A table of 200 rows with long texts fits; whatever writes more has been taken over.
ANSWER_MAX_BYTES = 20 * 1024 * 1024
# Of what it says beside its answer, as libraries do when they warn.
ERRORS_KEPT_BYTES = 2000
PIECE_BYTES = 64 * 1024
ENDS_WITHIN_SECONDS = 2
ASK_AGAIN_SECONDS = 0.05
# Nothing of ours: keys and passwords stand in our environment. NumPy, which openpyxl imports, would start a
# thread for each core, and the child may start none (root may, whatever the limit).
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

# Of the threads of this process that serve visitors, so many wait for a place at most.
_waiting = threading.BoundedSemaphore(settings.UPLOAD_READERS_WAITING)


class TooBusy(Exception):
    """Raised when as many files as may be are being read, and none of them is done in time."""


def inspect(file: IO[bytes], *, owner: str, allowed: Collection[str], wants_rows: bool = False) -> Verdict:
    """Let a child read a file.

    Args:
        file: a real file, at its start.
        owner: the key of who sent it, of whom one file at a time is read: others need the places, too.
        allowed: content types; of another kind the child reads only the beginning.
        wants_rows: whether the rows of a table are asked for.

    Returns:
        The child's verdict; `DEMANDING` if it was ended or died.

    Raises:
        TooBusy: too many files are being read.
    """
    asked = {
        "allowed": sorted(allowed),
        "wants_rows": wants_rows,
        "pixels": settings.UPLOAD_IMAGE_MAX_PIXELS,
        "unpacked_bytes": settings.UPLOAD_IMAGE_MAX_BYTES,
        "memory_bytes": settings.UPLOAD_READER_MAX_BYTES,
        "cpu_seconds": settings.UPLOAD_READER_CPU_SECONDS,
    }
    with _turn_of(owner), _place():
        return _ask(file, json.dumps(asked))


def _ask(file: IO[bytes], asked: str) -> Verdict:
    command = [sys.executable, "-E", "-s", "-m", "inspection", asked]
    with subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env=ENVIRONMENT,
    ) as child:
        written = _Written()
        try:
            _read(child, written)
            child.wait(timeout=ENDS_WITHIN_SECONDS)
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            written.add_error(f" Ended: {error}".encode())
        finally:
            child.kill()
    return _verdict(written, child.returncode)


class _Written:
    """What a child has written: its answer, and the last of what it said beside it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self.errors = b""

    @property
    def answer(self) -> bytes:
        return b"".join(self._pieces)

    @property
    def is_too_long(self) -> bool:
        return self._size > ANSWER_MAX_BYTES

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)

    def add_error(self, piece: bytes) -> None:
        self.errors = (self.errors + piece)[-ERRORS_KEPT_BYTES:]


def _read(child: subprocess.Popen[bytes], written: _Written) -> None:
    """Read what the child writes until it ends: within the time, and not without end.

    Raises:
        TimeoutError: it took too long.
    """
    if child.stdout is None or child.stderr is None:
        raise ValueError("the child was started without pipes")
    until = time.monotonic() + settings.UPLOAD_READER_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ, written.add)
        selector.register(child.stderr, selectors.EVENT_READ, written.add_error)
        while selector.get_map() and not written.is_too_long:
            left = until - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise TimeoutError("it took too long")
            for key, _events in ready:
                piece = os.read(key.fd, PIECE_BYTES)
                if piece:
                    key.data(piece)
                else:
                    selector.unregister(key.fileobj)


def _verdict(written: _Written, code: int) -> Verdict:
    said = written.errors.decode(errors="replace")
    if code == 0 and not written.is_too_long:
        with contextlib.suppress(ValueError, TypeError):
            verdict = Verdict(**json.loads(written.answer))
            if said:
                logger.info("Said beside a verdict on a file: %s", said)
            return verdict
    logger.warning("No verdict on a file (%s): %s", code, said)
    return Verdict(reason=Reason.DEMANDING)


@contextlib.contextmanager
def _place() -> Iterator[None]:
    """Hold one of the places for children, which all processes of a machine share.

    A place is a lock on a file, which goes with the process that holds it, however that ends.
    """
    names = [str(number) for number in range(settings.UPLOAD_READERS)]
    place = _free_place(names)
    with _closing(_awaited_place(names) if place is None else place):
        yield


@contextlib.contextmanager
def _turn_of(owner: str) -> Iterator[None]:
    """Hold the one place of a person, for whom one more file may wait: two at once, as a double click sends.

    Raises:
        TooBusy: one is being read, and another waits.
    """
    turn, queue = [f"person-{owner}"], [f"person-{owner}-next"]
    place = _free_place(turn)
    if place is None:
        first = _free_place(queue)
        if first is None:
            raise TooBusy
        with _closing(first):
            place = _awaited_place(turn)
    with _closing(place):
        yield


@contextlib.contextmanager
def _closing(place: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(place)


def _awaited_place(names: Sequence[str]) -> int:
    """Return the next place that gets free; not for long, and not for many at once, who serve nobody then."""
    if not _waiting.acquire(blocking=False):
        raise TooBusy
    try:
        until = time.monotonic() + settings.UPLOAD_READERS_WAIT_SECONDS
        while time.monotonic() < until:
            time.sleep(ASK_AGAIN_SECONDS)
            if (place := _free_place(names)) is not None:
                return place
    finally:
        _waiting.release()
    raise TooBusy


def _free_place(names: Sequence[str]) -> int | None:
    folder = Path(tempfile.gettempdir()) / f"impact-readers-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in names:
        place = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(place)
        else:
            return place
    return None
