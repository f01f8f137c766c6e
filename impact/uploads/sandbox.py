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
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from inspection.judging import Verdict
from inspection.refusals import Reason

logger = logging.getLogger(__name__)

# A table of 200 rows with long texts fits; whatever writes more has been taken over.
ANSWER_MAX_BYTES = 20 * 1024 * 1024
ERRORS_SHOWN = 2000  # characters
PIECE_BYTES = 64 * 1024
ENDS_WITHIN_SECONDS = 2
ASK_AGAIN_SECONDS = 0.05


class TooBusy(Exception):
    """Raised when as many files as may be are being read, and none of them is done in time."""


def inspect(file: IO[bytes], *, allowed: Collection[str], wants_rows: bool = False) -> Verdict:
    """Let a child read a file.

    Args:
        file: a real file, at its start.
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
    with _place():
        return _ask(file, json.dumps(asked))


def _ask(file: IO[bytes], asked: str) -> Verdict:
    command = [sys.executable, "-E", "-s", "-m", "inspection", asked]
    with subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=settings.BASE_DIR,
        # Nothing of ours: keys and passwords stand in our environment.
        env={},
    ) as child:
        try:
            answer = _answer(child)
            child.wait(timeout=ENDS_WITHIN_SECONDS)
        except TimeoutError as error:
            answer = str(error).encode()
        except subprocess.TimeoutExpired:
            answer = b"It has answered and does not end."
        finally:
            child.kill()
    return _verdict(answer, child.returncode)


def _answer(child: subprocess.Popen[bytes]) -> bytes:
    """Return what the child writes until it ends: within the time, and not without end."""
    answer, until = b"", time.monotonic() + settings.UPLOAD_READER_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while selector.select(max(until - time.monotonic(), 0)):
            piece = os.read(child.stdout.fileno(), PIECE_BYTES)
            answer += piece
            if not piece or len(answer) > ANSWER_MAX_BYTES:
                return answer
    raise TimeoutError("It took too long.")


def _verdict(answer: bytes, code: int) -> Verdict:
    if code == 0 and len(answer) <= ANSWER_MAX_BYTES:
        with contextlib.suppress(ValueError, TypeError):
            return Verdict(**json.loads(answer))
    logger.warning("No verdict on a file (%s): %s", code, answer.decode(errors="replace")[-ERRORS_SHOWN:])
    return Verdict(reason=Reason.DEMANDING)


@contextlib.contextmanager
def _place() -> Iterator[None]:
    """Hold one of the places for children, which all processes of a machine share.

    A place is a lock on a file, which goes with the process that holds it, however that ends.
    """
    until = time.monotonic() + settings.UPLOAD_READERS_WAIT_SECONDS
    while (place := _free_place()) is None:
        if time.monotonic() > until:
            raise TooBusy
        time.sleep(ASK_AGAIN_SECONDS)
    try:
        yield
    finally:
        os.close(place)


def _free_place() -> int | None:
    folder = Path(tempfile.gettempdir()) / f"impact-readers-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(settings.UPLOAD_READERS):
        place = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(place)
        else:
            return place
    return None
