"""From a row to the next and back to the list as it was; and a decision keeps filters, order and page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from core.accounts.enums import Role
from core.lists.addresses import FILTERS_VAR
from core.lists.rows import Place, place_of
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person

pytestmark = pytest.mark.django_db
LIST = "/admin/applications/application/"
RANKING = "/admin/applications/rankedapplication/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(person(Role.MANAGER))
    return client


@pytest.mark.parametrize(
    ("listed", "everything", "expected"),
    [
        ("abc", "", Place(2, 3, "a", "c")),
        ("b", "", Place(1, 1, None, None)),
        ("bc", "", Place(1, 2, None, "c")),
        ("ab", "", Place(2, 2, "a", None)),
        ("ac", "abcd", Place(None, 2, "a", "c")),
        ("cd", "abcd", Place(None, 2, None, "c")),
        ("a", "abcd", Place(None, 1, "a", None)),
        ("", "abcd", Place(None, 0, None, None)),
        ("ac", "acd", None),
    ],
)
def test_place_of_a_row(listed: str, everything: str, expected: Place | None) -> None:
    assert place_of("b", listed, everything) == expected


def test_rows_are_walked_in_the_order_of_the_list_and_back_to_its_page(client: Client) -> None:
    call = closed_call()
    rows = [submitted(call) for _number in range(3)]
    submitted(closed_call())
    query = f"call__id__exact={call.pk}&o=number&p=1"

    page = client.get(LIST + "?" + query)
    address = page.content.decode().partition(f'href="{LIST}{rows[0].pk}/change/?')[2].partition('"')[0]
    walked, place = [], None
    address = f"{LIST}{rows[0].pk}/change/?{address.replace('&amp;', '&')}"
    while address:
        page = client.get(address)
        place = page.context["place_in_list"]
        walked.append((page.context["original"].pk, place.place.number))
        address = place.after_url

    assert walked == [(row.pk, number) for number, row in enumerate(rows, 1)]
    assert client.get(place.list_url).context["cl"].result_count == 3
    assert place.list_url == f"{LIST}?{query}"


def test_row_that_left_the_filter_still_leads_on(client: Client) -> None:
    call = closed_call()
    first, middle, last = submitted(call), eligible(call), submitted(call)
    origin = {FILTERS_VAR: "status__exact=submitted&o=number"}

    place = client.get(f"{LIST}{middle.pk}/change/", origin).context["place_in_list"]

    assert place.place == Place(None, 2, first.pk, last.pk)
    assert client.get(place.after_url).context["place_in_list"].place == Place(2, 2, first.pk, None)


def test_filters_that_no_list_takes_give_no_place(client: Client) -> None:
    row = submitted(closed_call())
    address = f"{LIST}{row.pk}/change/"
    for query in ("title__regex=a", "status__exact=nothing", "country=XX", "", "\0"):
        page = client.get(address, {FILTERS_VAR: query})
        assert page.status_code == 200
        place = page.context["place_in_list"]
        assert place is None or place.place.count == 0, query
    for label in ("accounts.user", "nothing", "a.b", "lists.listsettings"):
        page = client.get(address, {FILTERS_VAR: "o=number", "_from": label})
        assert page.context["place_in_list"].list_url == f"{LIST}?o=number"


def test_queries_do_not_grow_with_the_rows(client: Client) -> None:
    call = closed_call()
    row = eligible(call)
    origin = {FILTERS_VAR: f"call__id__exact={call.pk}&o=-mean_score"}

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{LIST}{row.pk}/change/", origin).status_code == 200
        return len(queries)

    count()
    few = count()
    for _number in range(4):
        submitted(call)
    assert count() == few


def test_ranking_is_walked_on_the_pages_of_applications(client: Client) -> None:
    rows = [eligible(closed_call()) for _number in range(2)]
    address = client.get(f"{RANKING}{rows[0].pk}/change/", {FILTERS_VAR: "o=name"})["Location"]

    place = client.get(address).context["place_in_list"]

    assert place.list_url == f"{RANKING}?o=name"
    assert place.place == Place(1, 2, None, rows[1].pk)
    assert client.get(place.after_url).context["place_in_list"].place.number == 2


def test_decision_about_ticked_rows_leads_back_to_the_list_as_it_was(client: Client) -> None:
    call = closed_call()
    rows = [submitted(call) for _number in range(2)]
    query = f"status__exact=submitted&call__id__exact={call.pk}&o=number"
    ticked = {"action": "eligible", "_selected_action": [row.pk for row in rows]}

    page = client.post(f"{LIST}?{query}", ticked)
    assert page.context["back_url"] == f"{LIST}?{query}"
    answers = {"targets": page.context["target_keys"], "reason": "x"}
    done = client.post(page.context["action_url"], answers)

    assert done["Location"] == f"{LIST}?{query}"
    assert {row.status for row in Application.objects.filter(call=call)} == {"eligible"}
    refused = client.post(page.context["action_url"], {"targets": ""})
    assert refused["Location"] == f"{LIST}?{query}"


def test_every_way_from_a_row_to_a_decision_and_back_keeps_the_list(client: Client) -> None:
    """Of all rows that the demo’s kinds of lists have: the addresses of their decisions carry the list."""
    row = submitted(closed_call())
    origin = {FILTERS_VAR: "status__exact=submitted&q=2026"}
    kept = "_changelist_filters=status__exact%3Dsubmitted%26q%3D2026"

    page = client.get(f"{LIST}{row.pk}/change/", origin)
    paths = [button.path for button in page.context["decision_buttons"]]
    assert paths
    assert all(kept in path for path in paths)
    decision = client.get(next(path for path in paths if "/eligible/" in path))
    assert kept in decision.context["back_url"]
    assert kept in decision.context["action_url"]
    done = client.post(decision.context["action_url"], {"reason": "x"})
    assert done["Location"] == f"{reverse('admin:applications_application_change', args=[row.pk])}?{kept}"
    assert client.get(done["Location"]).context["place_in_list"].place == Place(None, 0, None, None)


def test_every_list_without_filters_leads_to_its_rows_with_a_way_back(client: Client) -> None:
    row = submitted(closed_call())
    model_admin = admin.site._registry[Application]
    changelist = client.get(LIST).context["cl"]
    address = changelist.url_for_result(row)
    assert client.get(address).context["place_in_list"].list_url == f"{model_admin.list_url()}?p=1"
