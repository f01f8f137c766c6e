"""Whatever is sent to any address, no page dies of it: a generated fuzz over all addresses and fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from applications.models import Application
from impact.demo import world
from tests.applications.applicants import lead_of, ready, submit
from tests.applications.staging import person_with_every_role
from tests.support.admin_pages import pages
from tests.support.hostile import odd_bodies_to, requests_to

pytestmark = pytest.mark.django_db
NOT_OURS = ("admin/", "i18n/", "demo/")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def client_of(user: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(values: dict[str, Any], patterns: Any = None, prefix: str = "/") -> Iterator[str]:
    """Yield every address outside the administration, its parts filled in."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = str(pattern.pattern)
        if route.startswith(NOT_OURS):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(values, pattern.url_patterns, prefix + route)
        elif isinstance(pattern, URLPattern):
            yield prefix + filled(route, pattern, values)


def filled(route: str, pattern: URLPattern, values: dict[str, Any]) -> str:
    for name in pattern.pattern.converters:
        start = route.index("<")
        end = route.index(">", start)
        route = f"{route[:start]}{values.get(name, 1)}{route[end + 1 :]}"
    return route.lstrip("^").split("(")[0].rstrip("$") if "(?P" in route else route


def broken(client: Client, every: list[str], *, rounds: int) -> list[str]:
    answers = [(a, *answer) for a in every for answer in requests_to(client, a, rounds=rounds)]
    answers += [(a, *answer) for a in every[::7] for answer in odd_bodies_to(client, a)]
    return [f"{address}: {sent} → {status}" for address, sent, status in answers if status >= 500]


def values_for(application: Application) -> dict[str, Any]:
    return {
        "public_id": application.public_id,
        "slug": application.call.slug,
        "section": "territory",
        "number": 1,
        "token": "x:y:z",
        "name": "countries_eligible.csv",
    }


def test_no_page_for_visitors_dies_of_what_is_sent():
    application = ready()
    every = sorted(set(addresses(values_for(application))))

    assert len(every) > 60
    assert broken(client_of(), every, rounds=3) == []


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_no_page_for_applicants_dies_of_what_is_sent(state):
    application = ready()
    if state == "submitted":
        submit(application)
    lead = lead_of(application)
    every = [a for a in sorted(set(addresses(values_for(application)))) if "/logout" not in a]

    assert broken(client_of(lead), every, rounds=3) == []
    # Nothing that was sent there got an application into a state in which its own pages die.
    application.refresh_from_db()
    pages_of_it = [a for a in every if str(application.public_id) in a]
    client = client_of(lead)
    assert [a for a in pages_of_it if client.get(a).status_code >= 500] == []


def test_no_page_of_the_administration_dies_of_what_is_sent():
    world.load()
    user = person_with_every_role()
    every = [page.address for page in pages(user) if page.kind not in ("export", "pdf", "document")]

    assert len(every) > 100
    assert broken(client_of(user), every, rounds=1) == []
