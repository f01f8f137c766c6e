"""The check's OECD staff: screening, review, selection, experts, matching; two people where two decide."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping

from impact.demo import people
from impact.demo.check_public import APPLICANT, EXPERT, TERRITORY, log_in
from impact.demo.mailbox import Mailbox, wait_for
from impact.demo.visitor import NotAsExpected, Value, Visitor


def staff(base_url: str, email: str) -> Visitor:
    """Return a member of staff, logged in to the administration."""
    visitor = Visitor(base_url).open(f"{base_url}accounts/login/password/?next=/admin/")
    return visitor.press("Log in", {"login": email, "password": people.STAFF_PASSWORD})


def screen(base_url: str, reference: str) -> Iterator[str]:
    """Give the eligibility verdict and assign a reviewer."""
    manager = staff(base_url, people.STAFF_EMAIL).open(
        f"{base_url}admin/applications/application/?q={reference}"
    )
    manager.follow(reference).must_show(TERRITORY, "border each other")
    # The call of the demo is open.
    verdict: dict[str, Value] = {"reason": "Both banks are there.", "ends_changes": True}
    manager.follow("Declare eligible").press("Declare eligible", verdict)
    yield f"staff: {reference} screened beside the automatic checks, declared eligible"
    manager.follow("Assign reviewers")
    manager.press("Assign", {"reviewer_ids": [manager.option("reviewer_ids", "Reviewer 1")]})
    yield "staff: reviewer assigned"


def review(base_url: str, reference: str) -> Iterator[str]:
    """Declare no conflict, score every criterion and submit, as the reviewer."""
    reviewer = staff(base_url, people.REVIEWER_EMAILS[0])
    reviewer.open(f"{base_url}admin/applications/review/?q={reference}").follow(reference)
    if reviewer.shows(TERRITORY):
        raise NotAsExpected(
            f"{reviewer.url} shows the application before the conflict of interest is declared"
        )
    reviewer.follow("I have no conflict").press("I have no conflict", {"declares": True})
    scores = {
        name: "4" for name in reviewer.field_names("Submit review (final)") if name.startswith("score_")
    }
    reviewer.press("Submit review (final)", scores).must_show("Submitted")
    yield f"reviewer: conflict declared, {len(scores)} criteria scored, review submitted"


def decide(base_url: str, mailbox: Mailbox, reference: str) -> Iterator[str]:
    """Select the application, proposed by one person and confirmed by another; release the letter."""
    manager = staff(base_url, people.STAFF_EMAIL).open(f"{base_url}admin/applications/rankedapplication/")
    manager.must_show(reference)
    manager.open(f"{base_url}admin/applications/selection/decide/start/")
    manager.press(
        "Start a selection", {"call_id": manager.option("call_id", "Second call"), "title": "Check"}
    )
    key = manager.key_of(reference, "application")
    manager.press(
        "Save and propose", {f"outcome_{key}": "selected", f"reason_{key}": "The best of the call."}
    )
    _begin(manager, "Propose", {"note": "One of the call is ready."})
    selection = manager.url
    yield "staff: ranked; a selection written and proposed"
    second = staff(base_url, people.SECOND_STAFF_EMAIL).open(selection)
    _begin(second.follow("Confirm"), "Confirm")
    yield "second person: selection confirmed; the application is a pilot region"
    _begin(manager.open(selection).follow("Release"), "Release")
    mailbox.read(APPLICANT, reference)
    yield "staff: letter released, received by the applicant"


def vet(base_url: str, mailbox: Mailbox) -> Iterator[str]:
    """Approve the expert."""
    manager = staff(base_url, people.STAFF_EMAIL).open(f"{base_url}admin/experts/expert/?q={EXPERT}")
    manager.follow("Expert Checked").follow("Approve").press("Approve")
    mailbox.read(EXPERT, "")
    yield "staff: expert approved, told by e-mail"


def match(base_url: str) -> Generator[str, None, str]:
    """Confirm the sides of the region, start a run and wait for the worker; returns the run's address."""
    manager = staff(base_url, people.STAFF_EMAIL)
    manager.open(f"{base_url}admin/applications/pilotregion/?sides=unconfirmed").follow(TERRITORY)
    manager.follow("Confirm the sides").press("Confirm the sides", {"reason": "As the partners say."})
    yield "staff: the sides of the pilot region and their languages confirmed"
    _begin(manager.open(f"{base_url}admin/matching/matchrun/decide/start/"), "Start run", {"note": "Check"})
    address = manager.url

    def done() -> str | None:
        text = manager.open(address).text
        if "Failed" in text:
            raise NotAsExpected(f"The run failed: {text[:600]}")
        return text if "Proposed teams" in text else None

    text = wait_for("The worker's result", done)
    served = re.search("(\\d+) of (\\d+) regions served", text)
    if served is None or TERRITORY not in text:
        raise NotAsExpected(f"{address} shows no team for {TERRITORY}: {text[:600]}")
    yield f"worker: run computed; {served[0]}"
    return address


def confirm_teams(base_url: str, mailbox: Mailbox, run_address: str) -> Iterator[str]:
    """Confirm the teams as the second person; the experts of the checked region accept."""
    second = staff(base_url, people.SECOND_STAFF_EMAIL).open(run_address)
    _begin(second.follow("Confirm teams"), "Confirm teams")
    yield "second person: teams confirmed, invitations written"
    mailbox.read(APPLICANT, TERRITORY)
    yield "region: told by e-mail that its experts are being asked"
    # Whoever else hears of the territory is invited to it; in which language is up to each.
    team = [email for email in mailbox.receivers(TERRITORY) if email != APPLICANT]
    for email in team:
        expert = Visitor(base_url).open(f"{base_url}accounts/login/?next=/experts/matches/")
        log_in(expert, mailbox, email).follow(TERRITORY).press("Accept invitation").must_show("Accepted")
    yield f"experts: {len(team)} invited to {TERRITORY}, accepted"
    if not team or not set(team) <= set(
        re.findall(r"[^\s:,]+@[^\s,]+", mailbox.read(APPLICANT, "Your experts for"))
    ):
        raise NotAsExpected(f"{APPLICANT} is not told who the experts are: {team}")
    yield "region: told who its experts are"


def _begin(person: Visitor, words: str, answers: Mapping[str, Value] | None = None) -> Visitor:
    """Press the button of a stage; where something is unfinished, say why it begins all the same."""
    asked = "continuing" in person.field_names(words)
    reason: dict[str, Value] = {"continuing": "The check continues."} if asked else {}
    return person.press(words, {**(answers or {}), **reason})
