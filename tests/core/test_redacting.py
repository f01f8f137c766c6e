"""Logs hold no secret, whoever writes them; and a refusal is one line and a page."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core import signing
from django.core.signing import Signer, TimestampSigner
from django.db import OperationalError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from core.accounts.enums import Role
from core.redacting import REMOVED, RedactingFormatter, redacted
from newsletter import links
from tests.builders.applications import draft
from tests.builders.calls import closed_call
from tests.builders.newsletter import make_subscriber
from tests.builders.people import person
from tests.support.addresses import SECRET_PARTS, addresses

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
INVITATION = "7d444840-9dc0-41d1-b245-5ffdce74fad2"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handler writes, as in production."""
    (console,) = [h for h in logging.getLogger().handlers if isinstance(h.formatter, RedactingFormatter)]
    written = io.StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)


@pytest.fixture
def secrets() -> list[tuple[str, str]]:
    """Every address with a secret in it, and the secret: valid, changed and cut short."""
    subscriber, application = make_subscriber(), draft(closed_call())
    hex_id = subscriber.public_id.hex
    valid = {
        "newsletter:confirm": TimestampSigner(salt=links.CONFIRM_SALT).sign(hex_id),
        "applications:confirm_partner": signing.dumps([application.partners.first().pk, "x"], salt="x"),
    }
    anything = dict.fromkeys(("slug", "section", "name", "form", "question"), "a") | dict.fromkeys(
        ("pk", "number", "member_id", "version", "region", "member"), 1
    )
    anything |= dict.fromkeys(("public_id", "document_id", "partner_id"), uuid4())
    anything["invitation_id"] = INVITATION
    anything |= {"token": "TOKEN", "pages:open_data_live:form": "csv", "experts:section:section": "about"}
    found = []
    for address in addresses(anything):
        if address.is_secret:
            token = valid.get(address.name, Signer(salt=links.MANAGE_SALT).sign(hex_id))
            for secret in (token, f"{token[:-4]}abcd", token[: len(token) // 2], INVITATION):
                if "TOKEN" in address.path or secret == INVITATION:
                    found.append((address.path.replace("TOKEN", secret), secret))
    return found


def test_no_log_line_holds_a_secret_of_an_address(secrets, log, monkeypatch):
    assert len({path.rsplit("/", 2)[0] for path, _secret in secrets}) > 6
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for path, _secret in secrets:
        for address in (
            path,
            f"/fr{path}",
            f"{path}nothing/",
            f"/calls/?next={path}",
            f"/no/?next=%2Fa{path}",
        ):
            strict.get(address)
            strict.post(address, {"choice": "a"})
    # Faults of ours name the address in the message and in the trace.
    monkeypatch.setattr("newsletter.views.SignedLinkView.dispatch", fail)
    monkeypatch.setattr("applications.applying.views.links.ConfirmPartnerView.dispatch", fail)
    for path, _secret in secrets:
        strict.get(path)
        strict.get(path, headers={"host": f"evil.example{path}"})

    text = log.getvalue()
    assert "Internal Server Error" in text
    assert "Forbidden (CSRF" in text
    assert "Not Found" in text
    assert "Traceback" in text
    assert REMOVED in text
    assert [secret for _path, secret in secrets if secret in text] == []


def fail(self: object, request: HttpRequest, *args: object, **kwargs: object) -> None:
    raise RuntimeError(f"Could not open {request.build_absolute_uri()} with {kwargs}")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail to anna@example.org failed", f"Mail to {REMOVED} failed"),
        ("?email=anna%40example.org&x=1", f"?email={REMOVED}&x=1"),
        ("DETAIL: Key (email)=(a.b@example.org) exists", f"DETAIL: Key (email)=({REMOVED}) exists"),
        ("Your IMPACT code is 765868", f"Your IMPACT code is {REMOVED}"),
        ("POST code=123456", f"POST code={REMOVED}"),
        ("redis://:hunter2@redis:6379/1", f"redis://:{REMOVED}@redis:6379/1"),
        ("postgres://impact:hunter2@db/impact", f"postgres://impact:{REMOVED}@db/impact"),
        ("{'password': 'a b', 'x': 1}", f"{{'password': '{REMOVED} b', 'x': 1}}"),
        ("csrfmiddlewaretoken=abc&name=x", f"csrfmiddlewaretoken={REMOVED}&name=x"),
        ("?next=%2Fnewsletter%2Fconfirm%2Fabc%2F&a=1", f"?next=%2Fnewsletter%2Fconfirm%2F{REMOVED}%2F&a=1"),
        ("/applications/invitations/7d444840/", f"/applications/invitations/{REMOVED}/"),
    ],
)
def test_secret_is_removed_and_the_rest_stays(text, left):
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Booting worker with pid: 123456",
        "Task core.mail.tasks.sweep[0f0c4d6e-7d63-4b0e-8d6e-a2f7c9c3d111] succeeded in 0.012345s",
        "Not Found: /calls/second-call/questions/",
        "Not Found: /applications/7d444840-9dc0-41d1-b245-5ffdce74fad2/people/",
        "Worker exited with code 137",
        "connected to redis://redis:6379/0",
    ],
)
def test_line_without_a_secret_stays_as_it_is(text):
    assert redacted(text) == text


def test_secret_parts_of_addresses_are_known_to_the_log(secrets):
    assert [path for path, secret in secrets if secret in redacted(path)] == []
    assert {"token", "invitation_id"} == SECRET_PARTS


@pytest.mark.parametrize(
    "unit", ["a", "a:", "a.", "a@", "=", "://a:", "code 1", "applications/", "\nDETAIL: ", "%2F"]
)
def test_long_text_is_read_once_and_not_again_from_each_letter(unit):
    """Took four seconds for 16,000 letters once, for every visitor's address: hours for these."""
    assert redacted(unit * 200_000 + "\n ana@example.org").endswith(REMOVED)


REFUSALS = {
    "form without its mark": (403, lambda c: c.post("/newsletter/", {"email": "a@example.org"})),
    "another host": (400, lambda c: c.get("/", headers={"host": "evil.example"})),
    "not allowed": (403, lambda c: c.get("/admin/accounts/user/add/")),
    "nothing there": (404, lambda c: c.get("/nowhere/%0A2026-01-01 INFO forged")),
    "damaged form": (
        400,
        lambda c: c.generic("POST", "/newsletter/", b"x", "multipart/form-data; boundary="),
    ),
    "too many fields": (413, lambda c: c.post("/newsletter/", {f"f{n}": "1" for n in range(1100)})),
    "too large": (413, lambda c: c.post("/newsletter/", "a=" + "x" * 6_000_000, FORM)),
    "another verb": (405, lambda c: c.post("/about/")),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", REFUSALS)
def test_refusal_is_one_line_and_a_page_that_says_what_to_do(kind, language, log, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    status, ask = REFUSALS[kind]
    client = Client(enforce_csrf_checks=kind == "form without its mark", raise_request_exception=False)
    if kind == "not allowed":
        client.force_login(person(Role.COMMUNICATIONS))
    response = ask(InLanguage(client, language))

    lines = log.getvalue().splitlines()
    text = response.content.decode()
    assert response.status_code == status
    assert len(lines) == 1, lines
    assert " WARNING " in lines[0] or " ERROR " in lines[0]
    assert f'<html lang="{language}"' in text
    assert "<h1" in text
    assert "href=" in text
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "evil.example" not in text


class InLanguage:
    """A client whose addresses are those of a language."""

    def __init__(self, client: Client, language: str) -> None:
        self._client, self._language = client, language

    def __getattr__(self, verb: str):
        def ask(*args, **kwargs):
            place = 1 if verb == "generic" else 0
            prefix = "" if self._language == "en" else f"/{self._language}"
            path = f"{prefix}{args[place]}"
            return getattr(self._client, verb)(*args[:place], path, *args[place + 1 :], **kwargs)

        return ask


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", [400, 405, 413, 500, 503])
def test_simple_page_names_nobody_and_needs_nothing(status, language, django_assert_num_queries):
    with override(language), django_assert_num_queries(0):
        page = render_to_string(f"{status}.html")

    assert f'<html lang="{language}"' in page
    assert f'href="{"/fr/" if language == "fr" else "/"}"' in page


def test_database_out_of_reach_is_said_to_come_back(log, monkeypatch):
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError('connection to server at "db", password=hunter2 failed')

    monkeypatch.setattr("newsletter.views.SubscribeView.dispatch", away)
    response = Client(raise_request_exception=False).get(reverse("newsletter:subscribe"))

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "hunter2" not in log.getvalue()
    assert "Traceback" in log.getvalue()


def test_fault_of_ours_keeps_its_trace_and_tells_the_visitor_nothing(log, monkeypatch):
    monkeypatch.setattr("newsletter.views.SubscribeView.dispatch", fail)
    response = Client(raise_request_exception=False).get("/fr/newsletter/")

    assert response.status_code == 500
    assert '<html lang="fr"' in response.content.decode()
    assert "Could not open" not in response.content.decode()
    assert "Traceback" in log.getvalue()


def test_nobody_is_mailed_a_trace():
    """Django would, with settings and what was posted, to whoever is in ADMINS."""
    handlers = [h for name in ("django", "django.request", "") for h in logging.getLogger(name).handlers]

    assert not any(type(handler).__name__ == "AdminEmailHandler" for handler in handlers)
