"""What measurements are made of: processor time, memory, requests as fast as they go, and their spread."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

ROUNDS = 5
CLIENTS = 4
REQUESTS = 2000
TIMEOUT_SECONDS = 30
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, with the lowest and the highest."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        found = list(values)
        return cls(median(found), min(found), max(found))

    def told(self, decimals: int) -> str:
        """Return it as the tables show it: `0.31 (0.30 to 0.33)`."""
        middle, lowest, highest = (
            f"{value:.{decimals}f}" for value in (self.middle, self.lowest, self.highest)
        )
        return f"{middle} ({lowest} to {highest})"


@dataclass
class TimeTaken:
    """What something took: seconds of the clock, and of the processors that processes used."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0


@contextmanager
def measured(pids: Callable[[], list[int]]) -> Iterator[TimeTaken]:
    """Measure what is done inside.

    Args:
        pids: returns the processes whose time counts.
    """
    cost, began, used = TimeTaken(), time.perf_counter(), _cpu_seconds(pids())
    yield cost
    cost.seconds = time.perf_counter() - began
    cost.cpu_seconds = _cpu_seconds(pids()) - used


def memory_mb(pids: Iterable[int]) -> float:
    """Return the memory of processes in MB, what they share divided among those who share it (PSS)."""
    kilobytes = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def rate(address: str, headers: dict[str, str] | None = None) -> float:
    """Return how many answers a second the server gives to clients that keep their connections.

    Args:
        address: of a page that answers with 200.
        headers: of each request.
    """
    request = _request(address, headers or {})
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        done = [threads.submit(_ask, address, request, REQUESTS // CLIENTS) for _client in range(CLIENTS)]
        for client in done:
            client.result()
    return REQUESTS / (time.perf_counter() - began)


def write_figures(file: Path, figures: dict[str, Any]) -> None:
    """Write medians to a JSON file."""
    file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _request(address: str, headers: dict[str, str]) -> bytes:
    parts = urlsplit(address)
    lines = [f"GET {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _ask(address: str, request: bytes, times: int) -> None:
    """Ask again and again over one connection; plain sockets, so that the client takes next to no time."""
    while times:
        # A process of the web server that has answered enough starts anew and ends its connections.
        times -= _answers_of_one_connection(address, request, times)


def _answers_of_one_connection(address: str, request: bytes, times: int) -> int:
    parts = urlsplit(address)
    connection = socket.create_connection((str(parts.hostname), parts.port or 80), TIMEOUT_SECONDS)
    with connection, connection.makefile("rb") as answers:
        for number in range(times):
            try:
                connection.sendall(request)
                is_answered = _read_answer(answers)
            except ConnectionError:
                is_answered = False
            if not is_answered:
                return number
    return times


def _read_answer(answers: BufferedIOBase) -> bool:
    """Read an answer; False if the connection has ended instead.

    Raises:
        ValueError: the status is not 200.
    """
    status = answers.readline()
    if not status:
        return False
    if b" 200 " not in status:
        raise ValueError(f"The server answers {status.decode(errors='replace').strip()!r}.")
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
    return True


def _cpu_seconds(pids: Iterable[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        # utime, stime, and those of children that have ended: fields 14 to 17 of proc(5). A process that
        # reads an upload is one.
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS_PER_SECOND
