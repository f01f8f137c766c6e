"""The portal's pages and the submission measured over HTTP, on a portal of its own with demo data."""

from __future__ import annotations

import os
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import compress
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from django.conf import settings

from impact.demo.check_public import apply, log_in, open_call, write_sections
from impact.demo.mailbox import Mailbox
from impact.demo.visitor import Visitor
from impact.local.portal import Portal, throwaway_portal

REQUESTS = 600
CLIENTS = 4
ROUNDS = 5
JOURNEYS = 2
FLOWS_PER_ROUND = 10
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
FLOW = """
The submission: from the complete draft to the receipt, the applicant logged in
Five requests: the last section opened, changed and saved, which leads to Check your answers; submit; the
receipt.
The worker sends the e-mails meanwhile, and makes two PDFs a second. Client, database and worker are on the
same cores.
"""
JOURNEY = """
The whole journey: call, log-in by e-mailed code, every section, a document, submission, receipt, PDF
One after another, with the waits for the worker's e-mails.
"""


@dataclass
class Cost:
    """What something took: seconds of the clock and of the web server's processors."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0


def run(stdout: TextIO) -> None:
    """Print rates, weights and what an application costs."""
    with throwaway_portal(settings.STATIC_ROOT) as portal:
        portal.start(lambda _line: None)
        clients = _log_in(portal)
        _flows(portal, clients, stdout)
        _first_readers(clients, stdout)
        _journeys(portal, stdout)
        # Last: so many requests that the web server's processes start anew, and their time is lost.
        _pages(portal.url, clients[0], stdout)


@dataclass
class Client:
    """A person who is logged in, and the addresses of this person's complete drafts."""

    visitor: Visitor
    drafts: list[str]


def _pages(base_url: str, applicant: Client, stdout: TextIO) -> None:
    call, draft = open_call(base_url).url, applicant.drafts[0]
    # Almost nothing but Django itself: what the other rates are to be compared with.
    public: dict[str, tuple[str, dict[str, str]]] = {
        "an empty view": (f"{base_url}health/live/", {}),
        "call page, cached": (call, {}),
        "call page, not cached": (call, {"Cookie": "sessionid=nobody"}),
        "home page, cached": (base_url, {}),
    }
    stdout.write(f"\n{'page':>24} {'kB gzipped':>11} {'with files':>11} {'requests':>9} {'a second':>9}\n")
    for name, (address, headers) in public.items():
        rate = sorted(_rate(lambda a=address, h=headers: _get(a, h)) for _ in range(ROUNDS))[ROUNDS // 2]
        stdout.write(f"{name:>24} {_weight(base_url, _get(address, headers))} {rate:>9.0f}\n")
    overview = applicant.visitor.download(draft).decode()
    linked = re.findall(rf'href="{re.escape(urlsplit(draft).path)}([a-z-]+)/"', overview)
    pages = {section: applicant.visitor.download(f"{draft}{section}/") for section in dict.fromkeys(linked)}
    for section, html in pages.items():
        if b"data-autosave" not in html:
            continue
        stdout.write(f"{f'form: {section}':>24} {_weight(base_url, html)}\n")


def _weight(base_url: str, html: bytes) -> str:
    """Return kB of the page, kB with what the browser fetches with it, and the requests for it."""
    paths = {path.decode() for path in re.findall(rb'(?:src|href)="(/static/[^"]+)"', html)}
    page = len(compress(html))
    files = sum(len(compress(_get(base_url.rstrip("/") + path))) for path in paths)
    return f"{page / 1000:>11.1f} {(page + files) / 1000:>11.1f} {1 + len(paths):>9}"


def _log_in(portal: Portal) -> list[Client]:
    """Log people in and write their drafts; none of it is measured."""

    def person(number: int) -> Client:
        visitor = open_call(portal.url).follow("Start an application")
        log_in(visitor, Mailbox(portal.url), f"benchmark{number}@example.org")
        start, drafts = visitor.url, []
        for _draft in range(FLOWS_PER_ROUND * ROUNDS):
            drafts.append(visitor.open(start).press("Start the application").url)
            write_sections(visitor, drafts[-1])
        return Client(visitor, drafts)

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(person, range(CLIENTS)))


def _flows(portal: Portal, clients: list[Client], stdout: TextIO) -> None:
    """Submit every draft: each client one after another, all clients together, in rounds."""
    for client in clients:
        client.visitor.requests = client.visitor.queries = 0
    costs = [_round(portal, clients, number) for number in range(ROUNDS)]
    rates = sorted(CLIENTS * FLOWS_PER_ROUND / cost.seconds for cost in costs)
    flows = CLIENTS * FLOWS_PER_ROUND * ROUNDS
    requests = sum(client.visitor.requests for client in clients)
    queries = sum(client.visitor.queries for client in clients)
    stdout.write(FLOW)
    stdout.write(
        f"{flows} by {CLIENTS} clients at once: {rates[ROUNDS // 2]:.1f} a second ({rates[0]:.1f} to "
        f"{rates[-1]:.1f} in {ROUNDS} rounds); each {sum(c.cpu_seconds for c in costs) / flows:.3f} s CPU of "
        f"the web server, {queries / flows:.0f} queries, {requests / flows:.0f} requests\n"
    )


def _round(portal: Portal, clients: list[Client], number: int) -> Cost:
    with _measured(portal) as cost, ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(lambda client: _submit(client, client.drafts[number::ROUNDS]), clients))
    return cost


def _first_readers(clients: list[Client], stdout: TextIO) -> None:
    """Ask for the PDFs that the worker comes to last: who asks first has to wait for the making."""
    began = time.perf_counter()
    for client in clients:
        client.visitor.download(f"{client.drafts[-1]}versions/1/pdf/")
    seconds = (time.perf_counter() - began) / len(clients)
    stdout.write(f"The PDF for a reader who comes before the worker: {seconds:.3f} s\n")


def _submit(client: Client, drafts: list[str]) -> None:
    for overview in drafts:
        form = client.visitor.open(f"{overview}declarations/")
        form.press("Save and continue", {"agrees_to_publication": False})
        client.visitor.press("Submit").must_show("SHA-256")


def _journeys(portal: Portal, stdout: TextIO) -> None:
    """Write and submit whole applications, one after another."""
    mailbox = Mailbox(portal.url)
    with _measured(portal) as cost:
        for _journey in range(JOURNEYS):
            for _step in apply(portal.url, mailbox):
                pass
    stdout.write(JOURNEY)
    stdout.write(
        f"{cost.seconds / JOURNEYS:.2f} s each, {cost.cpu_seconds / JOURNEYS:.2f} s CPU of the web server\n"
    )


@contextmanager
def _measured(portal: Portal) -> Iterator[Cost]:
    cost, began, used = Cost(), time.perf_counter(), _cpu_seconds(portal.web_pids)
    yield cost
    cost.seconds = time.perf_counter() - began
    cost.cpu_seconds = _cpu_seconds(portal.web_pids) - used


def _rate(request: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        for done in [threads.submit(request) for _ in range(REQUESTS)]:
            done.result()
    return REQUESTS / (time.perf_counter() - began)


def _get(address: str, headers: dict[str, str] | None = None) -> bytes:
    with urllib.request.urlopen(
        urllib.request.Request(address, headers=headers or {}), timeout=30
    ) as response:
        content: bytes = response.read()
        return content


def _cpu_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        # utime and stime: fields 14 and 15 of proc(5).
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND
