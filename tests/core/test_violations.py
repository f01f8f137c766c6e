"""Reports of the content security policy: summed up, bounded, and with nothing of who the visitor was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.enums import Role
from core.history import NotAllowed
from core.violations import actions, views
from core.violations.actions import MAX_ROWS
from core.violations.models import Violation
from core.violations.reading import ViolationReport
from tests.builders.people import person

pytestmark = pytest.mark.django_db

PATH = "/policy-reports/"
TOKEN = "75c136b09de14962b5f86700508fc02e:IU_vSV8VLXoqPTgawko5fsaFvIpqjsirIzLg6y0ftpU"


def send(client: Client, content: Any = None, **about: Any):
    usual = {
        "document-uri": "http://testserver/calls/",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/a/b.js?who=anna",
    }
    body = {"csp-report": usual | {name.replace("_", "-"): value for name, value in about.items()}}
    return client.post(PATH, json.dumps(content or body), content_type="application/csp-report")


def kept() -> list[tuple[str, str, str, int]]:
    return list(Violation.objects.values_list("directive", "blocked", "page", "count"))


def test_same_violation_is_one_row_that_counts(client):
    answers = [send(client).status_code for _time in range(3)]

    assert answers == [204] * 3
    assert kept() == [("script-src-elem", "https://evil.example", "/calls/", 3)]


def test_report_needs_no_mark_of_a_form_and_gives_no_session():
    response = send(Client(enforce_csrf_checks=True))

    assert response.status_code == 204
    assert not response.cookies


@pytest.mark.parametrize("prefix", ["", "/fr"])
@pytest.mark.parametrize(
    ("path", "page"),
    [
        (f"/newsletter/preferences/{TOKEN}/", "/newsletter/preferences/<str:token>/"),
        (
            "/applications/7d444840-9dc0-41d1-b245-5ffdce74fad2/?email=anna@example.org",
            "/applications/<uuid:public_id>/",
        ),
        ("/admin/accounts/user/17/change/", "/admin/accounts/user/<path:object_id>/change/"),
        ("/anna@example.org/", "?"),
    ],
)
def test_page_is_kept_as_its_kind_alone(client, prefix, path, page):
    send(client, document_uri=f"http://testserver{prefix}{path}", referrer=f"http://testserver{path}")

    assert kept()[0][2] == (page if page == "?" else f"{prefix}{page}")


@pytest.mark.parametrize(
    ("blocked", "site"),
    [
        ("inline", "inline"),
        ("eval", "eval"),
        ("data", "data"),
        ("data:text/html,anna@example.org", "data"),
        ("https://anna:secret@evil.example/x", "https://evil.example"),
        ("https://[::1", "?"),
        ("", "?"),
        ("https://" + "a" * 400, "?"),
        ("https://ev\u0456l.example/", "?"),
    ],
)
def test_of_what_was_blocked_the_site_alone_is_kept(client, blocked, site):
    send(client, blocked_uri=blocked)

    assert kept()[0][1] == site


@pytest.mark.parametrize(
    "about",
    [
        {"document_uri": "http://other.example/calls/"},
        {"document_uri": 7},
        {"effective_directive": "anna@example.org"},
        {"effective_directive": "", "violated_directive": ""},
    ],
)
def test_report_about_another_page_or_rule_is_not_kept(client, about):
    assert send(client, **about).status_code == 204
    assert kept() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"csp-report": 7}', b"\xff", b"[" * 9000])
def test_what_is_no_report_is_refused(client, body):
    response = client.generic("POST", PATH, body, "application/csp-report")

    assert response.status_code in (400, 413)
    assert kept() == []


def test_large_report_is_not_even_read(client):
    response = client.generic("POST", PATH, b"x" * (views.LARGEST_BYTES + 1), "application/csp-report")

    assert response.status_code == 413


def test_reports_are_not_asked_for_by_other_verbs(client):
    assert client.get(PATH).status_code == 405


def test_network_that_sends_too_many_is_not_listened_to(client):
    answers = [send(client).status_code for _time in range(views.OF_A_NETWORK.most + 5)]

    assert answers.count(204) == views.OF_A_NETWORK.most
    assert set(answers[-5:]) == {429}
    assert kept()[0][3] == views.OF_A_NETWORK.most


def test_number_of_rows_is_bounded_and_known_ones_still_count():
    Violation.objects.bulk_create(
        Violation(directive="img-src", blocked=f"https://a{number}.example", page="/")
        for number in range(MAX_ROWS - 1)
    )
    for site in ("https://last.example", "https://too.many", "https://last.example"):
        actions.record_violation(ViolationReport("img-src", site, "/"), network="192.0.2.1")

    assert Violation.objects.count() == MAX_ROWS
    assert Violation.objects.get(blocked="https://last.example").count == 2


def test_one_network_does_not_crowd_out_the_others(client):
    """Anybody could fill all rows within minutes, and no other page that broke was ever seen."""
    most = actions.NEW_OF_A_NETWORK.most
    for number in range(most + 5):
        actions.record_violation(
            ViolationReport("img-src", f"https://a{number}.example", "/"), network="192.0.2.1"
        )
    actions.record_violation(ViolationReport("img-src", "https://a1.example", "/"), network="192.0.2.1")
    actions.record_violation(ViolationReport("script-src", "inline", "/"), network="192.0.2.2")

    assert Violation.objects.count() == most + 1
    assert Violation.objects.get(blocked="https://a1.example").count == 2
    assert Violation.objects.filter(directive="script-src").exists()


def test_counting_a_known_violation_takes_one_query(client):
    actions.record_violation(ViolationReport("img-src", "data", "/"), network="192.0.2.1")
    with CaptureQueriesContext(connection) as queries:
        actions.record_violation(ViolationReport("img-src", "data", "/"), network="192.0.2.1")

    assert len(queries) == 1


def test_administrators_remove_what_was_looked_into_and_nobody_else():
    actions.record_violation(ViolationReport("img-src", "data", "/"), network="192.0.2.1")
    violation = Violation.objects.get()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            actions.forget(violation_id=violation.pk, by=person(role))

    actions.forget(violation_id=violation.pk, by=person(Role.ADMINISTRATOR))

    assert not Violation.objects.exists()


def test_administrator_removes_a_row_on_its_page(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    actions.record_violation(ViolationReport("img-src", "data", "/"), network="192.0.2.1")
    address = f"/admin/violations/violation/{Violation.objects.get().pk}/"
    client.force_login(person(Role.ADMINISTRATOR))

    assert "img-src" in client.get(f"{address}change/").content.decode()
    assert client.post(f"{address}decide/forget/", {}).status_code == 302
    assert not Violation.objects.exists()
    assert Violation in admin.site._registry
