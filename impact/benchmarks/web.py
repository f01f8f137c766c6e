"""The portal's main journey and its pages measured over HTTP, on a portal of its own with demo data."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TextIO

from django.conf import settings

from impact.benchmarks.measuring import CLIENTS, ROUNDS, Spread, measured, memory_mb, rate, write_figures
from impact.demo.check_public import SAVE, apply, log_in, open_call, write_sections
from impact.demo.mailbox import first, wait_for
from impact.demo.visitor import Visitor
from impact.local.portal import ROOT, Portal, throwaway_portal
from impact.local.processes import Household, free_port, wait_until

WEB_PROCESSES = 2
JOURNEYS = 3
SAVES = 40
AUTOSAVE = {"X-Autosave": "1"}
LIKE_A_BROWSER = {"Accept-Encoding": "gzip"}
ABOUT_JOURNEYS = f"""
The whole journey: call, log-in by e-mailed code, an empty application, every section saved by “Save and
continue”, two searches for regions without script, a document, check, submission, receipt, PDF.
{CLIENTS} applicants at once, {JOURNEYS} journeys each, in {ROUNDS} rounds. The web server has {WEB_PROCESSES}
processes; clients, database and workers are on the same cores.
"""
ABOUT_PARTS = """
Its parts, by one client: processor time of the web server and queries
"""


class Folder:
    """The folder where the e-mails arrive: reading there costs the web server nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mails: dict[Path, tuple[str, str, str]] = {}
        self._read: set[Path] = set()

    def read(self, to: str, subject: str) -> str:
        """Return the text of an unread e-mail to an address whose subject contains the words."""
        return wait_for(f"The e-mail “{subject}” to {to}", lambda: self._find(to, subject))

    def code(self, to: str) -> str:
        """Return the six digits of the newest log-in code."""
        return first(r"\b\d{6}\b", self.read(to, "code"))

    def _find(self, to: str, subject: str) -> str | None:
        for path in [*self._folder.glob("*.eml")]:
            if path not in self._mails:
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                body = mail.get_body(("plain",))
                if body is None:
                    continue  # still being written
                self._mails[path] = str(mail["To"]), str(mail["Subject"]).lower(), body.get_content()
            receiver, about, text = self._mails[path]
            if path not in self._read and receiver == to and subject.lower() in about:
                self._read.add(path)
                return text
        return None


@dataclass
class Round:
    """What the journeys of a round took, each of them."""

    cpu_seconds: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)


def run(stdout: TextIO, *, json: Path | None = None) -> None:
    """Print what a journey and its parts cost, rates of pages, weights and memory; write the medians."""
    with throwaway_portal(settings.STATIC_ROOT, web_processes=WEB_PROCESSES) as portal:
        portal.start(lambda _line: None)
        figures: dict[str, Any] = {"journey": _journeys(portal, stdout)}
        applicant = _applicant(portal)
        figures["section_save"] = _parts(portal, applicant, stdout)
        figures["memory_mb"] = _memory(portal, stdout)
        figures["bytes"] = _weights(portal, applicant, stdout)
        figures |= _rates(portal, stdout)
    if json:
        write_figures(json, figures)


def _journeys(portal: Portal, stdout: TextIO) -> dict[str, float]:
    """Measure whole journeys; the first round, in which everything is loaded, does not count."""
    mailbox, seen = Folder(portal.mail), Round()
    for number in range(ROUNDS + 1):
        visitors: list[Visitor] = []

        def client(place: int, number: int = number, visitors: list[Visitor] = visitors) -> None:
            for journey in range(JOURNEYS):
                visitor = open_call(portal.url)
                visitors.append(visitor)
                for _step in apply(visitor, mailbox, f"journey-{number}-{place}-{journey}@example.org"):
                    pass

        with measured(lambda: portal.web_pids) as cost, ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(client, range(CLIENTS)))
        if number:
            journeys = CLIENTS * JOURNEYS
            seen.cpu_seconds.append(cost.cpu_seconds / journeys)
            seen.per_second.append(journeys / cost.seconds)
            seen.queries.append(sum(visitor.queries for visitor in visitors) / journeys)
            seen.requests.append(sum(visitor.requests for visitor in visitors) / journeys)
    stdout.write(ABOUT_JOURNEYS)
    told = {name: Spread.of(values) for name, values in vars(seen).items()}
    stdout.write(
        f"{told['cpu_seconds'].told(3)} s CPU of the web server, {told['queries'].told(0)} queries, "
        f"{told['requests'].told(0)} requests; {told['per_second'].told(1)} journeys a second\n"
    )
    return {name: spread.middle for name, spread in told.items()}


@dataclass
class Applicant:
    """A person who is logged in, with the address of a complete draft."""

    visitor: Visitor
    draft: str


def _applicant(portal: Portal) -> Applicant:
    visitor = open_call(portal.url).follow("Start an application")
    log_in(visitor, Folder(portal.mail), "benchmark@example.org")
    draft = visitor.press("Start the application").url
    write_sections(visitor, draft)
    return Applicant(visitor, draft)


def _parts(portal: Portal, applicant: Applicant, stdout: TextIO) -> dict[str, float]:
    """Measure what a section costs: opened, saved by its button, saved while one types."""
    visitor, address = applicant.visitor, f"{applicant.draft}support/"
    numbers = iter(range(10**6))

    def save(headers: dict[str, str]) -> None:
        answer = {"support_description": f"Design one strategy together, step {next(numbers)}."}
        request = visitor.open(address).pressing(SAVE, answer)
        for name, value in headers.items():
            request.add_header(name, value)
        visitor.send(request)

    opened = _costs(portal, visitor, lambda: visitor.open(address))
    by_button = _less(_costs(portal, visitor, partial(save, {})), opened)
    typed = _less(_costs(portal, visitor, partial(save, AUTOSAVE)), opened)
    check = _costs(portal, visitor, lambda: visitor.open(f"{applicant.draft}check/"))
    overview = _costs(portal, visitor, lambda: visitor.open(applicant.draft))
    stdout.write(ABOUT_PARTS)
    rows = {
        "section opened": opened,
        "section saved by its button": by_button,
        "section saved while typing": typed,
        "check page": check,
        "overview": overview,
    }
    for name, (cpu, queries) in rows.items():
        stdout.write(
            f"{name:>28} {Spread.of([each * 1000 for each in cpu]).told(1)} ms, {queries:.0f} queries\n"
        )
    return {"cpu_seconds": median(by_button[0]), "queries": by_button[1]}


Costs = tuple[list[float], float]


def _costs(portal: Portal, visitor: Visitor, act: Callable[[], object]) -> Costs:
    """Return the processor time of an act by round, and its queries."""
    act()
    seconds, before = [], visitor.queries
    for _round in range(ROUNDS):
        with measured(lambda: portal.web_pids) as cost:
            for _time in range(SAVES):
                act()
        seconds.append(cost.cpu_seconds / SAVES)
    return seconds, (visitor.queries - before) / (ROUNDS * SAVES)


def _less(costs: Costs, part: Costs) -> Costs:
    return [each - median(part[0]) for each in costs[0]], costs[1] - part[1]


def _memory(portal: Portal, stdout: TextIO) -> dict[str, float]:
    found = {name: memory_mb(portal.pids(name)) for name in ("web", "worker", "mailer", "beat")}
    told = ", ".join(f"{name} {size:.0f}" for name, size in found.items())
    stdout.write(f"\nMemory in MB, shared parts divided (PSS): {told}\n")
    return found


def _weights(portal: Portal, applicant: Applicant, stdout: TextIO) -> dict[str, int]:
    """Tell the bytes of pages as they are sent."""
    staff = Visitor(portal.url).open("accounts/login/password/")
    staff.press("Log in", {"login": "staff@impact.example", "password": "impact-demo"})
    pages = {
        "home": (Visitor(portal.url), portal.url),
        "call": (Visitor(portal.url), open_call(portal.url).url),
        "territory": (applicant.visitor, f"{applicant.draft}territory/"),
        "support": (applicant.visitor, f"{applicant.draft}support/"),
        "admin_list": (staff, f"{portal.url}admin/applications/application/"),
    }
    found = {}
    stdout.write(f"\n{'page':>12} {'kB as sent':>12} {'with files':>12} {'requests':>9}\n")
    for name, (visitor, address) in pages.items():
        html = visitor.download(address)
        found[name] = len(visitor.download(address, LIKE_A_BROWSER))
        paths = {path.decode() for path in re.findall(rb'(?:src|href)="(/static/[^"]+)"', html)}
        root = portal.url.rstrip("/")
        files = sum(len(visitor.download(root + path, LIKE_A_BROWSER)) for path in paths)
        sizes = f"{found[name] / 1000:>12.1f} {(found[name] + files) / 1000:>12.1f}"
        stdout.write(f"{name:>12} {sizes} {1 + len(paths):>9}\n")
    return found


def _rates(portal: Portal, stdout: TextIO) -> dict[str, dict[str, float]]:
    """Tell how fast pages are given, next to the most that Django can do; rounds by turns."""
    call = open_call(portal.url).url
    with _empty_server() as empty:
        pages: dict[str, tuple[str, dict[str, str]]] = {
            "empty": (empty, {}),
            "cached": (call, LIKE_A_BROWSER),
            "not cached": (call, {"Cookie": "sessionid=nobody"}),
        }
        rates: dict[str, list[float]] = {name: [] for name in pages}
        for _round in range(ROUNDS):
            for name, (address, headers) in pages.items():
                rates[name].append(rate(address, headers))
    spreads = {name: Spread.of(values) for name, values in rates.items()}
    stdout.write(
        "\nPages a second, over connections that are kept; “empty” is a view of Django without middleware\n"
    )
    for name, spread in spreads.items():
        stdout.write(
            f"{name:>12} {spread.told(0)}, {spread.middle / spreads['empty'].middle:.2f} of an empty view\n"
        )
    return {name: {"per_second": spreads[name].middle} for name in ("cached", "empty")}


@contextmanager
def _empty_server() -> Iterator[str]:
    """Run a server like the portal's whose only view does nothing; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="impact-empty-"))
    household, port = Household(folder), free_port()
    address = f"http://127.0.0.1:{port}/"
    try:
        household.remove_at_end(folder)
        bind = ["--bind", f"127.0.0.1:{port}", "--workers", str(WEB_PROCESSES)]
        command = [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", *bind]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "impact.settings.empty"}
        household.start(command, env=environment, log=folder / "log", cwd=ROOT, end_with=signal.SIGINT)
        wait_until(lambda: _answers(address), 30)
        yield address
    finally:
        household.end()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False
