"""Words that people typed stand in e-mails as quoted: no link, no second line in a subject."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from core.mail.quoting import LONGEST, LONGEST_MESSAGE, cited, quoted, who

LURE = "PAY NOW"
ATTACKS = (
    f"{LURE} at https://evil.example/pay?x=1",
    f"{LURE} www.evil.example",
    f"{LURE}\r\nBcc: all@evil.example\r\n\r\n{LURE}",
    f"”{LURE}” » {LURE} « “ evil.example",
    f"{LURE} \u202eelpmaxe.live//:sptth\u202c evil\u200b.example evil\u3002example ｅvil．example",
    f"mailto:x@evil.example javascript:alert(1) 192.0.2.1/pay {LURE}",
    f"{LURE} " * 400 + "evil.example",
    f"> {LURE}\n-- \n{LURE} http:evil.example",
)
EMAILS = sorted(
    str(path.parent.relative_to(settings.BASE_DIR / "templates"))
    for path in (settings.BASE_DIR / "templates").glob("*/email/*/body.txt")
)
# Written by staff, who may set links: their questions, reasons and news, and the titles of calls.
OF_STAFF = {
    "call",
    "text",
    "subject",
    "question",
    "section_titles",
    "extension",
    "error",  # ours: why a file was not made
}
REASONS_OF_STAFF = {
    "applications/email/outcome_undone",
    "applications/email/pilot_ended",
    "applications/email/review_reopened",
    "experts/email/declined",
    "experts/email/more_asked",
    "experts/email/paused",
    "matching/email/ended",
}
# Whatever a mail program makes a link of.
LINK = re.compile(
    r"(?:\w+:)?//\S+|\bwww\.\S+|\b[\w-]+\.[a-z]{2,}\b|\bmailto:\S+|\b\d+\.\d+\.\d+\.\d+\b", re.I
)
QUOTED = re.compile(r"“[^“”\n]*”|«[^«»\n]*»|^> .*$", re.MULTILINE)
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


class Typed:
    """Whatever a template asks of its variables: times, numbers and links of ours, else the attack."""

    def __init__(self, attack: str) -> None:
        self.attack = attack

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("resolve_expression", "alters_data", "do_not_call_in_templates"):
            raise AttributeError(name)
        return of_name(name, self.attack)

    def __getitem__(self, name: Any) -> Any:
        raise KeyError(name)

    def __str__(self) -> str:
        return self.attack

    def __iter__(self) -> Iterator[Typed]:
        return iter([Typed(self.attack)])

    def __len__(self) -> int:
        return 1


def of_name(name: str, attack: str) -> Any:
    given = {
        "public_id": uuid.UUID(int=1),
        "get_absolute_url": "/somewhere/",
        "half_days": 4,
        "month": NOW.date(),
        "days": 7,
        "days_left": 7,
        "kept_days": 30,
        "until": NOW,
        "revision": 2,
        "number": 2,
        "minutes_valid": 15,
        "hours_valid": 24,
        "code": "123456",
        "reference": "IMPACT-2-0001",
        "sha256": "0" * 64,
        "months": [Typed(attack)],
        "reasons": ["Speaks French at C1"],
        "heading": "What do you want to change?",
        "texts": [SimpleNamespace(heading="What do you want to change?", text=Typed(attack))],
        "topics_in_words": ["Events"],
        "get_role_display": "Can edit",
        "language": "en",
        "site_url": settings.SITE_URL,
        "kept_until": NOW,
        "answer_by": NOW,
    }
    if name in given:
        return given[name]
    if name.endswith("_at"):
        return NOW
    if name.endswith(("link", "address", "url")):
        return f"{settings.SITE_URL}/somewhere/"
    if "email" in name:
        return "person@town.example"
    if name in OF_STAFF:
        return Staff()
    return Typed(attack)


class Staff(Typed):
    """What staff write, with all that hangs on it."""

    def __init__(self) -> None:
        super().__init__("In our own words")


class Everything(dict):
    """A context in which every variable has a value."""

    def __init__(self, attack: str, template: str) -> None:
        super().__init__()
        self.attack, self.template = attack, template

    def __contains__(self, name: object) -> bool:
        return name not in ("True", "False", "None", "forloop")

    def __getitem__(self, name: str) -> Any:
        if name == "reason" and self.template in REASONS_OF_STAFF:
            return Staff()
        return of_name(name, self.attack)


def rendered(template: str, attack: str, language: str) -> tuple[str, str]:
    found = []
    for part in ("subject", "body"):
        context = Context()
        context.dicts.insert(1, Everything(attack, template))
        context.template = get_template(f"{template}/{part}.txt").template
        with translation.override(language), context.render_context.push_state(context.template):
            found.append(context.template.nodelist.render(context))
    return found[0], found[1]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("template", EMAILS)
def test_typed_words_stand_in_quotes_without_links(template, language):
    for attack in ATTACKS:
        subject, body = rendered(template, attack, language)

        assert subject.strip().count("\n") == 0, subject
        for text in (subject, body):
            ours = text.replace(settings.SITE_URL, "").replace("person@town.example", "")
            ours = ours.replace(settings.CONTACT_EMAIL, "")
            assert LINK.findall(ours) == [], text
            assert LURE not in QUOTED.sub("", text), text


def test_attacks_reach_the_templates_that_show_typed_words():
    """Else the test above would pass because nothing was typed at all."""
    shown = {name for name in EMAILS if LURE in "".join(rendered(name, ATTACKS[0], "en"))}

    assert shown >= {
        "applications/email/invitation",
        "applications/email/confirm_partner",
        "applications/email/receipt",
        "matching/email/declined",
        "matching/email/invitation",
        "matching/email/objected",
        "applications/email/review_conflict",
    }


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Town of Tui", "“Town of Tui”"),
        ("Arbeit.plus St. Gallen, S.A., e.V.", "“Arbeit. plus St. Gallen, S.A., e.V.”"),
        ("version 2.5", "“version 2.5”"),
        ('The "Big" river', "“The ’Big’ river”"),
        ("ana@town.example", "“ana (at) town. example”"),
        ("", "–"),
        (None, "–"),
        (" \u200b\n ", "–"),
    ],
)
def test_names_stay_readable(typed, shown):
    assert quoted(typed) == shown


@pytest.mark.parametrize(
    ("name", "email", "shown"),
    [
        ("Ana Silva", "ana@town.example", "“Ana Silva” (ana@town.example)"),
        ("", "ana@town.example", "ana@town.example"),
        ("see https://evil.example", "x@y.example", "“see evil. example” (x@y.example)"),
        ("", "www.evil.example/pay@evil.example", "www. evil. example/pay (at) evil. example"),
    ],
)
def test_accounts_stand_with_the_address_that_they_proved(name, email, shown):
    assert who(SimpleNamespace(name=name, email=email)) == shown


def test_typed_words_are_cut():
    assert len(quoted("x" * 5000)) == LONGEST + 2
    assert len(cited("x " * 5000)) <= LONGEST_MESSAGE + 2


def test_quotes_are_those_of_the_language():
    with translation.override("fr"):
        assert quoted("Tui") == "«\u00a0Tui\u00a0»"


def test_every_mail_says_why_it_was_sent():
    for template in EMAILS:
        _subject, body = rendered(template, "Town", "en")
        assert re.search(r"^--\nYou are receiving this e-mail because ", body, re.MULTILINE), template
