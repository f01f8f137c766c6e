"""Text typed is never lost by a refusal: every form with a long text × every way in which it is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import HiddenInput
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import resolve

from applications.reviewing.actions import reviewing
from core import given_back
from core.accounts import proofs
from core.decisions import DecisionForm
from core.forms.forms import PublicForm
from core.given_back import GiveBackMiddleware
from experts.enums import ProfileSection
from tests.builders.applications import eligible, lead_of, ready, started, submitted
from tests.builders.calls import closed_call
from tests.builders.experts import make_expert, make_expert_at
from tests.builders.people import person, person_with_every_role
from tests.builders.reviews import scoring
from tests.builders.selections import proposed
from tests.core.test_typed import all_forms
from tests.support.applicant_forms import typed, url
from tests.support.default_form import SLUGS
from tests.support.failing import HEADER

pytestmark = pytest.mark.django_db
FORMS = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
BOXES = re.compile(r"<textarea\b(?![^>]*\breadonly)[^>]*?\bname=\"([^\"]+)\"")
OPENED_BY = re.compile(r'name="opened_by" value="([^"]+)"')
ACTION = re.compile(r'\saction="([^"]*)"')
ORIGIN = {"Origin": "http://testserver"}


class LongForm(NamedTuple):
    """A form in which somebody writes: where it goes, and what is typed into its boxes."""

    address: str
    fields: dict[str, str]


@pytest.fixture(autouse=True)
def _portal(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.support.failing.BreakingMiddleware"]


def client_of(user: Any = None, *, checks: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=checks)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def long_forms(client: Client, paths: Iterable[str]) -> Iterator[LongForm]:
    """Yield each form with a box for text that this person finds on these pages."""
    for path in paths:
        page = client.get(path)
        for attributes, inside in FORMS.findall(page.content.decode()):
            names = [name for name in BOXES.findall(inside) if "__prefix__" not in name]
            if names and 'method="post"' in attributes:
                action = ACTION.search(attributes)
                fields = {name: f"What was typed into {name}" for name in names}
                author = OPENED_BY.search(inside)
                fields |= {"opened_by": unescape(author[1])} if author else {}
                yield LongForm(unescape(action[1]) if action and action[1] else path, fields)


def lost(form: LongForm, answer: HttpResponse) -> list[str]:
    """Return what the answer does not give back."""
    shown = unescape(answer.content.decode())
    texts = [text for name, text in form.fields.items() if name != "opened_by"]
    return [f"{form.address} {text}" for text in texts if f">\n{text}</textarea>" not in shown]


def all_lost(forms: list[LongForm], user: Any, stranger: Any) -> list[str]:
    """Send each form in each way in which it is refused; return what does not come back."""
    found, theirs = [], client_of(user)
    for form in forms:
        address, fields = form
        answers = {
            "logged out": client_of().post(address, fields),
            "token rotated": client_of(user, checks=True).post(address, fields, headers=ORIGIN),
            "no right any more": client_of(stranger).post(address, fields),
            "fault": theirs.post(address, fields, headers={HEADER: "fault"}),
            "no database": theirs.post(address, fields, headers={HEADER: "database"}),
        }
        found += [f"{way}: {text}" for way, answer in answers.items() for text in lost(form, answer)]
    return found


def test_every_long_text_of_applicants_comes_back():
    application = ready()
    paths = [f"/applications/{application.public_id}/{slug}/" for slug in SLUGS]
    paths += [f"{application.get_absolute_url()}withdraw/", f"{application.get_absolute_url()}people/"]
    lead = lead_of(application)
    forms = list(long_forms(client_of(lead), paths))

    assert len(forms) >= 5
    assert all_lost(forms, lead, person()) == []


def test_every_long_text_of_experts_comes_back():
    expert = make_expert()
    paths = [f"/experts/profile/{section.value}/" for section in ProfileSection]
    forms = list(long_forms(client_of(expert.user), paths))

    assert len(forms) >= 1
    # Everybody may have a profile: there is no page of it without the right.
    found = all_lost(forms, expert.user, person())
    assert [text for text in found if not text.startswith("no right")] == []


def test_every_long_text_of_staff_comes_back():
    """One page of each kind: a row, a decision, a score sheet; their forms share what is behind them."""
    user, call = person_with_every_role(), closed_call()
    review = scoring(eligible(call), reviewer=user)
    paths = [
        "/admin/newsletter/bulletin/add/",
        f"/admin/applications/call/{call.pk}/change/",
        f"/admin/applications/application/{submitted(call).pk}/decide/ineligible/",
        f"/admin/applications/application/{submitted(call).pk}/decide/return/",
        f"/admin/applications/review/{review.pk}/score/",
        f"/admin/experts/expert/{make_expert_at('submitted').pk}/decide/decline/",
    ]
    forms = list(long_forms(client_of(user), paths))

    assert [form.address for form in forms] == paths
    assert all_lost(forms, user, person()) == []


def test_text_is_sent_again_after_the_log_in_and_saved_only_by_the_button():
    application = started()
    lead, address = lead_of(application), url(application, "challenges")
    sent = typed(client_of(lead).get(address)) | {
        "ambition": "An hour of typing",
        "opened_by": given_back.sign(lead),
    }
    browser = client_of(checks=True)

    without_cookies = browser.post(address, sent, headers=ORIGIN)
    page = browser.post(address, sent | token_of(browser), headers=ORIGIN)
    log_in = page.context["log_in_url"]
    fields = dict(page.context["typed"].fields)
    browser.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    rotated = browser.post(address, fields, headers=ORIGIN)
    application.refresh_from_db()
    before = application.answers.get("ambition", "")
    saved = browser.post(address, dict(rotated.context["typed"].fields) | token_of(browser), headers=ORIGIN)

    assert log_in == unquote(without_cookies.context["log_in_url"]) == f"/accounts/login/?next={address}"
    assert (page.status_code, rotated.status_code, saved.status_code) == (403, 403, 302)
    application.refresh_from_db()
    assert (before, application.answers.get("ambition")) == ("", "An hour of typing")


def token_of(browser: Client) -> dict[str, str]:
    return {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}


def test_no_hidden_field_is_taken_for_something_typed():
    """Both by the page that gives text back and by the script that keeps it, which reads the same list."""
    page = client_of(person()).get("/applications/start/", follow=True).content.decode()
    (known_to_script,) = re.findall(r'data-carried="([^"]+)"', page)
    forms_of_ours = [form for base in (PublicForm, DecisionForm) for form in all_forms(base)]
    hidden = {
        name
        for form in forms_of_ours
        for name, field in form.base_fields.items()
        if isinstance(field.widget, HiddenInput)
    }
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        hidden |= set(re.findall(r'<input type="hidden"\s+name="([\w-]+)"', path.read_text()))

    assert {"known", "nonce", "seen", "targets"} <= hidden
    # Typed on the page before; codes of languages; of pages of accounts, which give nothing back.
    assert hidden - given_back.CARRIED == {"reason", "language", "session", "credential"}
    assert set(known_to_script.split()) == given_back.CARRIED


def test_text_waits_in_the_session_for_its_own_page_alone():
    """Another form of a while ago waits for its proof: this one is given back all the same."""
    user = make_expert().user
    address = "/experts/profile/about/"
    sent = {"biography": "An hour of typing", "opened_by": given_back.sign(user)}
    request = RequestFactory().post(address, sent)
    request.user, request.resolver_match = user, resolve(address)

    for path, shown in (("/accounts/email/", True), (address, False)):
        request.session = {proofs.TYPED: {"path": path, "fields": "x=y", "at": time.time()}}
        leads_away = GiveBackMiddleware(lambda _request: HttpResponseRedirect("/accounts/login/"))
        answer = leads_away(request)
        assert ("An hour of typing" in answer.content.decode()) is shown


def test_text_of_somebody_else_is_not_given_back():
    ana, ben = make_expert().user, make_expert().user
    sent = {"biography": "Ana's hour of typing", "opened_by": given_back.sign(ana)}

    answer = client_of(ben, checks=True).post("/experts/profile/about/", sent, headers=ORIGIN)

    assert answer.status_code == 403
    assert "hour of typing" not in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_page_of_another_site_puts_no_words_on_ours(headers):
    user = make_expert().user
    sent = {"biography": "Words of another site", "opened_by": given_back.sign(user)}

    for client in (client_of(user, checks=True), client_of(checks=True)):
        answer = client.post("/experts/profile/about/", sent, headers=headers)
        assert (answer.status_code, "of another site" in answer.content.decode()) == (403, False)


@pytest.mark.parametrize("address", ["/accounts/login/password/", "/accounts/login/code/", "/nowhere/"])
def test_pages_of_passwords_and_codes_give_nothing_back(address):
    sent = {"password": "correct horse battery", "code": "one two three", "login": "ana@example.org"}

    answer = client_of(checks=True).post(address, sent, headers=ORIGIN)

    assert "horse" not in answer.content.decode()
    assert "one two" not in answer.content.decode()


def test_button_without_text_leads_to_the_log_in_as_ever():
    answer = client_of().post("/experts/profile/check/", {"submit": "1"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/experts/profile/check/")


def test_file_sent_without_a_log_in_has_to_be_chosen_again_and_the_page_says_so():
    application = started()
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4")

    answer = client_of().post(url(application, "documents"), {"kind": "map", "file": file})

    assert "Choose these files again: plan.pdf." in unescape(answer.content.decode())
    assert "Send again</button>" not in answer.content.decode()


def test_text_for_what_is_over_comes_back():
    """Not a redirect with a message: the row has moved on while somebody wrote."""
    declined, user = make_expert_at("withdrawn"), person_with_every_role()
    review = scoring(eligible(closed_call()), reviewer=user)
    reviewing.take_back(review_id=review.pk, by=user, reason="Ill.")
    board = proposed(closed := closed_call(), {eligible(closed): "selected"})
    application = submitted(closed_call(), "selected")
    answers = [
        client_of(declined.user).post("/experts/profile/about/", {"biography": "Text of somebody"}),
        client_of(user).post(
            f"/admin/applications/review/{review.pk}/score/", {"comment": "Text of somebody"}
        ),
        client_of(user).post(
            f"/admin/applications/selection/{board.pk}/board/", {"note": "Text of somebody"}
        ),
        client_of(lead_of(application)).post(
            f"{application.get_absolute_url()}withdraw/", {"reason": "Text of somebody", "is_sure": "on"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert ["Text of somebody</textarea>" in answer.content.decode() for answer in answers] == [True] * 4
