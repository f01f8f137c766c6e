"""The check's people outside the OECD: an applicant, an expert, a subscriber."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

from django.utils import timezone

from impact.demo.mailbox import Mailbox
from impact.demo.visitor import NotAsExpected, Value, Visitor

APPLICANT = "check-applicant@example.org"
EXPERT = "check-expert@example.org"
SUBSCRIBER = "check-reader@example.org"
TERRITORY = "Checked Riverbanks"
SAVE = "Save and continue"
# A PDF of one empty page.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n164\n%%EOF\n"
)


class Letters(Protocol):
    """Where e-mails are read."""

    def read(self, to: str, subject: str) -> str: ...

    def code(self, to: str) -> str: ...


def log_in(visitor: Visitor, mailbox: Letters, email: str) -> Visitor:
    """Log in by e-mailed code, from the page that asks for it."""
    visitor.press("Send me a code", {"email": email})
    return visitor.press("Continue", {"code": mailbox.code(email)})


def open_call(base_url: str) -> Visitor:
    """Return a visitor on the page of the call that is open."""
    visitor = Visitor(base_url).open("calls/").follow("Second call")
    return visitor.must_show("Open")


def check_eligibility(base_url: str) -> Iterator[str]:
    """Ask whether regions may apply: one side alone may not, both sides of the Rhine may."""
    check = open_call(base_url).open("check/?regions=FRF11&save=1").must_show("Germany")
    yield "eligibility check: Bas-Rhin alone is told which side is missing"
    check.open("?regions=FRF11&regions=DE134&save=1")
    if check.shows("Not met"):
        raise NotAsExpected(f"Bas-Rhin and Ortenaukreis are not told that they may apply: {check.text[:600]}")
    yield "eligibility check: Bas-Rhin with Ortenaukreis may apply"


def apply(visitor: Visitor, mailbox: Letters, email: str = APPLICANT) -> Generator[str, None, str]:
    """Write and submit an application, from the page of the call on; returns its reference."""
    log_in(visitor.follow("Start an application"), mailbox, email)
    yield "applicant: logged in by the six-digit code of the e-mail"
    overview = visitor.press("Start application").url
    reference = visitor.must_find(r"IMPACT-\d-\d{4}")
    write_sections(visitor, overview)
    yield f"applicant: {reference} written, section by section, with a document"
    visitor.press("Submit").must_show(reference, "SHA-256")
    receipt = mailbox.read(email, reference)
    if "SHA-256" not in receipt:
        raise NotAsExpected(f"The receipt has no SHA-256: {receipt[:400]}")
    yield "applicant: submitted, receipt on screen and by e-mail through the worker"
    pdf = next((address for _words, address in visitor.links if address.endswith("/pdf/")), None)
    if pdf is None or not visitor.download(pdf).startswith(b"%PDF"):
        raise NotAsExpected(f"{visitor.url} offers no PDF of the submission")
    yield "applicant: PDF of the submission downloaded"
    return reference


def write_sections(visitor: Visitor, overview: str) -> None:
    """Write every section of an application in its order, with a document; ends on the check page."""

    def save(answers: Mapping[str, Value], then: str) -> None:
        visitor.press(SAVE, answers).must_be_at(f"{overview}{then}/")

    visitor.open(f"{overview}territory/").press("Search", {"units_search": "Bas-Rhin"})
    visitor.press("Search", {"units": ["FRF11"], "units_search": "Ortenaukreis"})
    territory = {"title": TERRITORY, "territory_description": "Two banks, one valley."}
    save({"units": ["FRF11", "DE134"], **territory}, then="partnership")
    visitor.press("Add a partner")
    save(_partnership(), then="challenges")
    challenges = {
        "challenges": ["labour", "transport"],
        "challenges_description": "Commuters meet two systems.",
    }
    save({**challenges, "ambition": "One day ticket, one desk for questions."}, then="experience")
    save({"clld_experience": "each_side", "readiness": "Two co-ordinators."}, then="support")
    save(_support(), then="documents")
    document: dict[str, Value] = {"kind": "mandate", "file": ("mandate.pdf", PAGE)}
    visitor.press("Upload document", document).must_show("mandate.pdf")
    ticks = ("declares_legal_entities", "declares_mandate", "declares_truth", "agrees_to_publication")
    visitor.follow("Continue").must_be_at(f"{overview}declarations/")
    save(dict.fromkeys(ticks, True), then="check")


def _partnership() -> dict[str, Value]:
    return {
        **_partner(0, "West bank municipality", "FRF11"),
        **_partner(1, "East bank municipality", "DE134"),
        "partners-0-is_lead": True,
        "governance_form": "agreement",
        "governance_description": "A joint board with equal seats.",
    }


def _partner(number: int, name: str, unit: str) -> dict[str, str]:
    return {
        f"partners-{number}-name": name,
        f"partners-{number}-type": "local_authority",
        f"partners-{number}-unit": unit,
        f"partners-{number}-contact_name": "Town hall",
        f"partners-{number}-contact_email": f"townhall{number}@example.org",
    }


def _support() -> dict[str, Value]:
    start = timezone.now().date().replace(day=1) + timedelta(days=95)
    return {
        "needs-0-area": "clld-design",
        "needs-0-weight": "3",
        "needs-0-level": "2",
        "support_description": "Design one strategy together.",
        "working_languages": ["fr", "de"],
        "half_days_per_month": "4",
        "support_from": f"{start:%Y-%m}",
        "support_until": f"{start + timedelta(days=120):%Y-%m}",
    }


def register_expert(base_url: str, mailbox: Mailbox) -> Iterator[str]:
    """Register as an expert and send the profile for approval."""
    visitor = Visitor(base_url).open("experts/register/").follow("Continue with my e-mail address")
    log_in(visitor, mailbox, EXPERT).press("Start my profile")
    for section, answers in _profile().items():
        visitor.open(f"{base_url}experts/profile/{section}/").press("Save and return to list", answers)
    visitor.open(f"{base_url}experts/profile/availability/")
    visitor.press("Use for all months", {"fill_days": "5"}).press("Save and return to list")
    yield "expert: profile written, section by section"
    visitor.open(f"{base_url}experts/profile/check/").press("Send my profile")
    mailbox.read(EXPERT, "profile")
    yield "expert: profile sent for approval, receipt by e-mail"


def _profile() -> dict[str, dict[str, Value]]:
    return {
        "about": {
            "name": "Expert Checked",
            "headline": "Local strategies on the Rhine",
            "biography": "Ten years with local action groups on both banks.",
            "country": "BE",
        },
        "languages": {"languages-0-language": "fr", "languages-0-level": "C2"},
        "expertise": {
            "expertise-0-area": "clld-design",
            "expertise-0-level": "3",
            "expertise-0-evidence": "Strategy of a border region",
        },
        "roles": {"roles": ["lead", "support"], "max_regions": "2"},
        "declarations": {"declares_truth": True, "agrees_to_sharing": True},
    }


def subscribe(base_url: str, mailbox: Mailbox) -> Iterator[str]:
    """Sign up for news, confirm by the button behind the e-mail's link, and leave again."""
    visitor = Visitor(base_url).open("newsletter/")
    visitor.press("Subscribe", {"email": SUBSCRIBER, "topics": ["calls", "events"]})
    visitor.open(mailbox.link(SUBSCRIBER, "confirm")).press("Yes, subscribe me")
    yield "subscriber: two topics chosen, confirmed by the link of the e-mail"
