"""Pages of the administration with real amounts: processor time and queries, on a portal of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TextIO

from django.conf import settings

from impact.benchmarks.crowded import APPLICATIONS, EXPERTS, EXPERTS_APPROVED, REGIONS
from impact.benchmarks.measuring import ROUNDS, Spread, measured, write_figures
from impact.demo.people import STAFF_EMAIL, STAFF_PASSWORD
from impact.demo.visitor import Visitor
from impact.local.portal import ROOT, Portal, throwaway_portal

OPENED = 20  # times in a round: the system counts hundredths of a second
LIKE_A_BROWSER = {"Accept-Encoding": "gzip"}
ABOUT = f"""
{REGIONS} pilot regions and {EXPERTS_APPROVED} approved experts, {APPLICATIONS:,} applications and {EXPERTS:,}
experts in all. Processor time of the web server for one request, and its queries; {ROUNDS} rounds of
{OPENED} requests.
"""


def run(stdout: TextIO, *, json: Path | None = None) -> None:
    """Print what each page costs; write the medians."""
    with throwaway_portal(settings.STATIC_ROOT, web_processes=1) as portal:
        portal.start(lambda _line: None)
        pages = _pages(_fill(portal))
        staff = Visitor(portal.url).open("accounts/login/password/")
        staff.press("Log in", {"login": STAFF_EMAIL, "password": STAFF_PASSWORD})
        stdout.write(ABOUT)
        figures = {name: _cost(portal, staff, path, name, stdout) for name, path in pages.items()}
    if json:
        write_figures(json, figures)


def _fill(portal: Portal) -> int:
    """Return the number of the match run."""
    command = [sys.executable, "-m", "impact.benchmarks.crowded"]
    done = subprocess.run(command, env=portal.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return int(done.stdout)


def _pages(run: int) -> dict[str, str]:
    return {
        "home": "admin/",
        "match_board": f"admin/matching/matchrun/{run}/change/",
        "coverage": "admin/matching/matchrun/pool/",
        "applications": "admin/applications/application/",
        "ranking": "admin/applications/rankedapplication/",
        "experts": "admin/experts/expert/",
    }


def _cost(portal: Portal, staff: Visitor, path: str, name: str, stdout: TextIO) -> dict[str, float]:
    """Tell what a page costs once it was opened; whoever opens it first also loads what it needs."""
    address = f"{portal.url}{path}"
    staff.download(address)
    seconds, before = [], staff.queries
    for _round in range(ROUNDS):
        with measured(lambda: portal.web_pids) as cost:
            for _time in range(OPENED):
                staff.download(address, LIKE_A_BROWSER)
        seconds.append(cost.cpu_seconds / OPENED)
    queries = (staff.queries - before) / (ROUNDS * OPENED)
    told = Spread.of([each * 1000 for each in seconds]).told(1)
    stdout.write(f"{name:>13} {told} ms, {queries:.0f} queries\n")
    return {"cpu_seconds": Spread.of(seconds).middle, "queries": queries}
