"""The check of the main job: people who apply, register, subscribe, review, select and match, over HTTP.

Every step is what a person would do in a browser without JavaScript; the worker computes the teams and
sends the mails. The data of the demo are there already, made from the real reference tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from impact.demo.check_public import apply, check_eligibility, open_call, register_expert, subscribe
from impact.demo.check_staff import confirm_teams, decide, match, review, screen, vet
from impact.demo.mailbox import Mailbox
from impact.demo.visitor import NotAsExpected

Say = Callable[[str], object]


def run(base_url: str, say: Say) -> bool:
    """Drive the running portal over HTTP and say each step; whether all of it worked.

    Args:
        base_url: of the portal, with a slash at the end.
        say: takes one line for each step.
    """
    try:
        for step in _steps(base_url):
            say(f"  done    {step}")
    except (NotAsExpected, OSError) as error:
        say(f"  FAILED  {error}")
        return False
    say("  The main job runs end to end.")
    return True


def _steps(base_url: str) -> Iterator[str]:
    mailbox = Mailbox(base_url)
    yield from check_eligibility(base_url)
    reference = yield from apply(open_call(base_url), mailbox)
    yield from register_expert(base_url, mailbox)
    yield from subscribe(base_url, mailbox)
    yield from screen(base_url, reference)
    yield from review(base_url, reference)
    yield from decide(base_url, mailbox, reference)
    yield from vet(base_url, mailbox)
    run_address = yield from match(base_url)
    yield from confirm_teams(base_url, mailbox, run_address)
