"""What every answer tells the browser: a table over all addresses and everybody who may ask for them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signing import Signer, TimestampSigner
from django.http import HttpResponse
from django.template import Template
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from applications.applying.actions.members import partner_token
from core.accounts.enums import Role
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.experts import make_expert
from tests.builders.newsletter import make_subscriber
from tests.builders.people import person, person_with_every_role
from tests.builders.reviews import scored
from tests.builders.selections import drafted
from tests.support.addresses import addresses
from tests.support.admin_pages import pages

pytestmark = pytest.mark.django_db

ALWAYS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
}
# The same for everybody, and said to be so.
PUBLIC = ("/robots.txt", "/open-data/", "/map/regions/")
# Kept by nobody, whoever asks.
NEVER_KEPT = ("/accounts/", "/admin/", "/health/")
SHOUTED = {"set_language", "policy_reports", "account_logout"}


@pytest.fixture
def staged(settings) -> dict[str, object]:
    """One row behind each kind of address."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.DEMO_MODE = True
    call = closed_call()
    application = eligible(call)
    scored(application, 3, 4)
    drafted(call, {application: "selected"})
    subscriber = make_subscriber()
    signed = Signer(salt="newsletter.manage").sign(subscriber.public_id.hex)
    return {
        "public_id": application.public_id,
        "slug": call.slug,
        "applications:section:slug": "territory",
        "applications:files:question": "documents",
        "member_id": application.members.get().pk,
        "partner_id": application.partners.first().public_id,
        "invitation_id": uuid4(),
        "document_id": uuid4(),
        "number": 1,
        "pk": 1,
        "region": 1,
        "member": 1,
        "version": application.form_version_id,
        "applications:remove_unasked:name": "former_question",
        "experts:remove_unasked:name": "former_question",
        "expert_test:remove_unasked:name": "former_question",
        "section": "about",
        "pages:open_data_live:name": "calls",
        "pages:open_data_reference:name": "countries.csv",
        "form": "csv",
        "token": signed,
        "newsletter:confirm:token": TimestampSigner(salt="newsletter.confirm").sign(subscriber.public_id.hex),
        "applications:confirm_partner:token": partner_token(application.partners.first()),
        "lead": application.members.get().user,
    }


class Asked(NamedTuple):
    path: str
    is_secret: bool
    status: int


def somebody(who: str, staged: dict[str, object]) -> Client:
    client = Client(raise_request_exception=False)
    if who == "applicant":
        client.force_login(staged["lead"])
    elif who == "expert":
        client.force_login(make_expert().user)
    elif who != "visitor":
        client.force_login(person(Role(who)))
    return client


@pytest.mark.parametrize("who", ["visitor", "applicant", "expert", *Role.values])
def test_nobody_keeps_a_page_with_personal_content(who, staged, monkeypatch):
    outside = {a.path: a.is_secret for a in addresses(staged) if a.name not in SHOUTED}
    staff = [page.address for page in pages(person_with_every_role())]
    assert len(outside) > 80
    assert len(staff) > 80
    client = somebody(who, staged)
    if who != "visitor":
        # Whoever has a session is told the same of every page; to draw them all takes a third of the time.
        monkeypatch.setattr(Template, "_render", lambda template, context: SafeString())
    # Who is no staff is sent away from all of them alike.
    asked = outside | dict.fromkeys(staff if who in Role else staff[:5], False)
    wrong = []
    for path, is_secret in asked.items():
        response = read(client, path)
        told = response.headers.get("Cache-Control", "")
        if missing := ALWAYS - set(response.headers):
            wrong.append((path, missing))
        if not is_right(who, Asked(path, is_secret, response.status_code), told):
            wrong.append((path, response.status_code, told))

    assert wrong == []


def read(client: Client, path: str) -> HttpResponse:
    """Ask for a page and read it to its end, as files want it."""
    response = client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def is_right(who: str, address: Asked, told: str) -> bool:
    if "public" in told:
        return address.path.startswith(PUBLIC)
    if who == "visitor" and not address.is_secret and not address.path.startswith(NEVER_KEPT):
        # What a visitor is sent away from may say so as well.
        return "no-store" not in told or address.status != 200
    return "no-store" in told and "private" in told


@pytest.mark.parametrize("path", ["/", "/calls/", "/map/", "/about/"])
def test_page_for_visitors_is_not_kept_for_somebody_who_is_known(path, client, django_user_model):
    assert "no-store" not in client.get(path).headers.get("Cache-Control", "")
    client.force_login(person())

    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_answer_that_logs_somebody_in_is_not_kept(client):
    client.get(reverse("account_request_login_code"))
    answer = client.post(reverse("account_request_login_code"), {"email": "ana@example.org"})

    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("is_known", [False, True])
def test_every_file_of_the_pages_has_the_headers_and_may_be_kept(is_known, settings):
    settings.WHITENOISE_USE_FINDERS = True
    client = Client()
    if is_known:
        client.force_login(person())
    for name in ("css/impact.css", "js/impact.js", "js/text.js", "img/favicon.svg"):
        response = read(client, staticfiles_storage.url(name))

        assert response.status_code == 200, name
        assert {"X-Content-Type-Options", "Cross-Origin-Resource-Policy"} <= set(response.headers), name
        assert "public" in response["Cache-Control"], name


def test_signed_link_is_told_to_no_other_site(client, staged):
    """Not even its origin; and forms of the page can still be sent, which "no-referrer" would break."""
    for address in addresses(staged):
        if address.is_secret:
            assert client.get(address.path)["Referrer-Policy"] == "same-origin", address


def test_passkeys_are_allowed_and_what_is_unused_is_not(client):
    told = dict(part.split("=") for part in client.get("/")["Permissions-Policy"].split(", "))

    assert told.pop("publickey-credentials-get") == told.pop("publickey-credentials-create") == "(self)"
    assert {"camera", "geolocation", "microphone", "payment", "usb"} <= set(told)
    assert set(told.values()) == {"()"}


@pytest.mark.parametrize("path", ["/admin/", "/fr/admin/", "/", "/fr/", "/accounts/login/", "/nowhere/"])
def test_policy_allows_no_inline_script_anywhere(path, client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(person(Role.ADMINISTRATOR))

    rules = rules_of(client.get(path))

    loose = {name for name, value in rules.items() if "'unsafe-inline'" in value}
    assert loose == ({"style-src-attr"} if "admin" in path else set())
    assert rules["default-src"] == "'self'"
    assert rules["report-uri"] == settings.REPORTS_PATH
    assert ("'unsafe-eval'" in rules.get("script-src", "")) is ("admin" in path)


def rules_of(response: HttpResponse) -> dict[str, str]:
    rules = (rule.strip().partition(" ") for rule in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in rules}
