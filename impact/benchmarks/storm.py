"""The deadline storm: everybody submits in the last minute while web, workers and broker are killed."""

from __future__ import annotations

import http.client
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from impact.demo.visitor import NotAsExpected
from impact.local.portal import ROOT, Portal, throwaway_portal

APPLICANTS = 2000
LAST_MINUTE_SECONDS = 60
# Threads: more people than this do not wait at once, or the machine measures its own client.
AT_ONCE = 48
KILLED_IN_TURN = ("web", "worker", "mailer", "broker")
DOWN_SECONDS = 2
# People press again when nothing answers; the grace of the call lasts a quarter of an hour.
PRESS_AGAIN_SECONDS = 1
GIVE_UP_SECONDS = 780
TIMEOUT_SECONDS = 60
HIDDEN = re.compile(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"')
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass
class HurriedApplicant:
    """A person who presses the button until there is an answer, and what this person has seen."""

    reference: str
    path: str
    session: str
    csrf: str = ""
    form: dict[str, str] = field(default_factory=dict)  # as opened before the last minute
    arrives: float = 0.0  # when the person presses, in seconds after the start
    receipt: str = ""  # SHA-256 on the page of the receipt
    refusals: int = 0
    answered: int = 0  # presses that the portal answered
    unanswered: int = 0  # presses during an outage: the portal may have taken them or not
    seconds: float = 0.0  # from the first press to the receipt


@dataclass
class StormOutcome:
    """What people saw, what the database holds, and what does not fit together."""

    applicants: list[HurriedApplicant]
    facts: dict[str, dict[str, Any]]
    seconds: float
    kills: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [text for person in self.applicants for text in judge(person, self.facts[person.reference])]


def run(stdout: TextIO, *, size: int = APPLICANTS) -> None:
    """Print how many submitted, how long they waited, and whether every promise was kept."""
    with throwaway_portal(settings.STATIC_ROOT) as portal:
        portal.start(lambda _line: None)
        _tell(storm(portal, size=size, seconds=LAST_MINUTE_SECONDS), stdout)


def storm(portal: Portal, *, size: int, seconds: float) -> StormOutcome:
    """Let a crowd submit before the call closes, kill what can be killed, and compare with the database.

    Args:
        portal: started, with demo data or without; its open call closes when the storm ends.
        size: applicants.
        seconds: during which they arrive; at regular intervals something is killed.
    """
    crowd = [HurriedApplicant(**row) for row in _crowd(portal, "prepare", str(size))]
    dice = random.Random(size)
    for person in crowd:
        person.arrives = dice.uniform(0, seconds)
    crowd.sort(key=lambda person: person.arrives)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda person: _open(person, portal.url), crowd))
    _crowd(portal, "close", str(seconds))
    kills: list[str] = []
    began = time.monotonic()
    killer = threading.Thread(target=_kill_in_turn, args=(portal, seconds, began, kills))
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda person: _submit(person, portal.url, began), crowd))
    lasted = time.monotonic() - began
    killer.join()
    facts = _crowd(portal, "account", given=[person.reference for person in crowd])
    return StormOutcome(crowd, facts, lasted, kills)


def judge(person: HurriedApplicant, facts: dict[str, Any]) -> list[str]:
    """Return in words which promise was broken to a person; empty if none was.

    Every receipt is backed by a stored submission; nothing is lost or double; every press that was
    answered is on record as an attempt, and none that nobody made; one receipt by e-mail.
    """
    stored, attempts = facts["submissions"], sum(facts["attempts"].values())
    accepted = facts["attempts"].get("accepted", 0)
    mails = sum(facts["receipts"].values())
    broken = {
        "was refused": bool(person.refusals),
        "has no receipt": not person.receipt,
        "has a receipt that no stored submission backs": bool(person.receipt)
        and person.receipt not in stored,
        f"has {len(stored)} stored submissions": len(stored) > 1,
        f"has {accepted} accepted attempts for {len(stored)} submissions": accepted != len(stored),
        "has an attempt that is not on record": attempts < person.answered,
        "has an attempt on record that was not made": attempts > person.answered + person.unanswered,
        f"has {mails} receipts by e-mail for {len(stored)} submissions": mails != len(stored),
    }
    return [f"{person.reference} {text}" for text, is_broken in broken.items() if is_broken]


def _kill_in_turn(portal: Portal, seconds: float, began: float, kills: list[str]) -> None:
    for number, name in enumerate(KILLED_IN_TURN, start=1):
        time.sleep(max(0.0, began + seconds * number / (len(KILLED_IN_TURN) + 1) - time.monotonic()))
        portal.kill(name)
        kills.append(name)
        time.sleep(DOWN_SECONDS)
        portal.revive(name)


def _submit(person: HurriedApplicant, base_url: str, began: float) -> None:
    time.sleep(max(0.0, began + person.arrives - time.monotonic()))
    first = time.monotonic()
    while not person.receipt and not person.refusals and time.monotonic() - began < GIVE_UP_SECONDS:
        try:
            _press(person, base_url)
        except (OSError, http.client.HTTPException):
            time.sleep(PRESS_AGAIN_SECONDS)
    person.seconds = time.monotonic() - first


def _open(person: HurriedApplicant, base_url: str) -> None:
    """Open the page with the button; what it holds is sent as it is, as often as the person presses."""
    _status, headers, html = _ask(person, base_url, f"{person.path}check/")
    cookie = re.search(r"csrftoken=([^;]+)", headers.get("Set-Cookie", ""))
    person.form = dict(HIDDEN.findall(html))
    if cookie is None or "opened" not in person.form:
        raise NotAsExpected(f"{person.path}check/ has no button to submit: {html[:600]}")
    person.csrf = cookie[1]


def _press(person: HurriedApplicant, base_url: str) -> None:
    try:
        status, headers, _html = _ask(person, base_url, f"{person.path}check/", person.form)
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise http.client.HTTPException(f"{status}")
    except (OSError, http.client.HTTPException):
        person.unanswered += 1
        raise
    person.answered += 1
    if status != http.HTTPStatus.FOUND:
        person.refusals += 1
        return
    while not person.receipt:
        try:
            _status, _headers, html = _ask(person, base_url, headers["Location"])
            person.receipt = next(iter(SHA256.findall(html)), "")
        except (OSError, http.client.HTTPException):
            time.sleep(PRESS_AGAIN_SECONDS)


def _ask(
    person: HurriedApplicant, base_url: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    home = urlsplit(base_url)
    connection = http.client.HTTPConnection(home.hostname or "", home.port, timeout=TIMEOUT_SECONDS)
    headers = {"Cookie": f"sessionid={person.session}"}
    body = None
    if form is not None:
        headers["Cookie"] += f"; csrftoken={person.csrf}"
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": base_url}
        body = urlencode(form)
    try:
        connection.request("POST" if body else "GET", path, body, headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _crowd(portal: Portal, verb: str, *arguments: str, given: Sequence[str] = ()) -> Any:
    """Have a process of its own work on the portal's data; ours may be set to another database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crowd.json"
        file.write_text(json.dumps(list(given)))
        command = [sys.executable, "-m", "impact.demo.crowd", verb, *arguments, str(file)]
        subprocess.run(command, env=portal.environment, cwd=ROOT, check=True)
        return json.loads(file.read_text())


def _tell(outcome: StormOutcome, stdout: TextIO) -> None:
    crowd = outcome.applicants
    waited = sorted(person.seconds for person in crowd)
    receipts = sum(bool(person.receipt) for person in crowd)
    attempts: Counter[str] = Counter()
    mails: Counter[str] = Counter()
    for facts in outcome.facts.values():
        attempts.update(facts["attempts"])
        mails.update(facts["receipts"])
    rows = [
        ("applicants, in the last minute", len(crowd)),
        ("killed in turn", ", ".join(outcome.kills)),
        ("receipts on screen", receipts),
        ("submissions stored", sum(len(facts["submissions"]) for facts in outcome.facts.values())),
        ("presses answered, and not", f"{_sum(crowd, 'answered')}, {_sum(crowd, 'unanswered')}"),
        ("attempts on record", ", ".join(f"{name} {count}" for name, count in attempts.items())),
        ("receipts by e-mail", ", ".join(f"{name} {count}" for name, count in mails.items())),
        ("seconds until all had one", f"{outcome.seconds:.0f} ({receipts / outcome.seconds:.1f} a second)"),
        ("waited for it, median, 95 %, longest", _spread(waited)),
        ("promises broken", len(outcome.violations)),
    ]
    for name, value in rows:
        stdout.write(f"{name:>38}  {value}\n")
    for text in outcome.violations[:20]:
        stdout.write(f"  {text}\n")


def _sum(crowd: Sequence[HurriedApplicant], name: str) -> int:
    return sum(getattr(person, name) for person in crowd)


def _spread(waited: Sequence[float]) -> str:
    places = [len(waited) // 2, int(len(waited) * 0.95), len(waited) - 1]
    return ", ".join(f"{waited[place]:.1f} s" for place in places)
