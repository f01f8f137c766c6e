"""The portal's pages and the submission measured over HTTP, on a portal of its own with demo data."""

from __future__ import annotations

import os
import re
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from gzip import compress
from pathlib import Path
from typing import TextIO

from django.conf import settings

from impact.demo.check_public import apply, open_call
from impact.demo.mailbox import Mailbox
from impact.local.portal import Portal, throwaway_portal

REQUESTS = 600
THREADS = 4
ROUNDS = 3
FLOWS = 5
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def run(stdout: TextIO) -> None:
    """Print the rate and weight of pages, then the time of whole applications; client on the same cores."""
    with throwaway_portal(settings.STATIC_ROOT) as portal:
        portal.start(lambda _line: None)
        _pages(portal.url, stdout)
        _flow(portal, stdout)


def _pages(base_url: str, stdout: TextIO) -> None:
    call = open_call(base_url).url
    # Almost nothing but Django itself: what the other rates are to be compared with.
    pages: dict[str, tuple[str, dict[str, str]]] = {
        "an empty view": (f"{base_url}health/live/", {}),
        "call page, cached": (call, {}),
        "call page, not cached": (call, {"Cookie": "sessionid=nobody"}),
        "home page, cached": (base_url, {}),
    }
    stdout.write(f"\n{'page':>24} {'requests/s':>11} {'kB gzipped':>11} {'files':>6}\n")
    for name, (address, headers) in pages.items():
        html = _get(address, headers)
        files = 1 + len(set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', html)))
        rate = sorted(_rate(lambda a=address, h=headers: _get(a, h)) for _ in range(ROUNDS))[ROUNDS // 2]
        stdout.write(f"{name:>24} {rate:>11.0f} {len(compress(html)) / 1000:>11.1f} {files:>6}\n")


def _flow(portal: Portal, stdout: TextIO) -> None:
    """Write and submit whole applications, one after another; each has some 25 requests."""
    mailbox = Mailbox(portal.url)
    before, began = _cpu_seconds(portal.web_pids), time.perf_counter()
    for _ in range(FLOWS):
        for _step in apply(portal.url, mailbox):
            pass
    wall = (time.perf_counter() - began) / FLOWS
    cpu = (_cpu_seconds(portal.web_pids) - before) / FLOWS
    stdout.write("\nAn application from log-in to PDF, with the waits for its e-mails\n")
    stdout.write(f"{wall:.2f} s each, {cpu:.2f} s of them CPU of the web server\n")


def _rate(request: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(request) for _ in range(REQUESTS)]:
            done.result()
    return REQUESTS / (time.perf_counter() - began)


def _get(address: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as response:
        content: bytes = response.read()
        return content


def _cpu_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        # utime and stime: fields 14 and 15 of proc(5).
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND
