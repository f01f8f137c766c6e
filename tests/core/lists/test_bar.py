"""Every list says what narrows and orders it, and shows the columns that its reader has chosen."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.test import Client

from applications.models import Application
from core.accounts.enums import Role
from core.lists.columns import name_of
from core.lists.models import ListSettings
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import make_staff, person
from tests.support.lookups import ADMINS, address_of, lists_of

pytestmark = pytest.mark.django_db
LIST = "/admin/applications/application/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_list_has_its_bar_and_takes_its_own_links() -> None:
    everything = make_staff(*Role, email="all@example.org")
    client = as_(everything)
    seen = 0
    for model_admin in lists_of(everything):
        page = client.get(address_of(model_admin))
        bar = page.context["list_bar"]
        assert client.get(bar.columns_url).status_code == 200, model_admin
        assert client.get(bar.save_url).status_code == 200, model_admin
        seen += 1
    assert seen == len(ADMINS)


def test_filter_is_a_pill_in_words_that_takes_only_itself_away() -> None:
    call = closed_call()
    eligible(call), submitted(call)
    client = as_(person(Role.MANAGER))
    query = {
        "status__exact": "eligible",
        "call__id__exact": call.pk,
        "country": "PT",
        "q": "2026",
        "o": "-mean_score.number",
    }

    page = client.get(LIST, query)
    bar = page.context["list_bar"]

    words = {str(pill.title): pill.words for pill in bar.pills}
    assert words == {
        "Search": "2026",
        "call": str(call),
        "status": "Eligible",
        "partner’s country": "Portugal",
    }
    for pill in bar.pills:
        less = client.get(f"{LIST}{pill.without}")
        assert len(less.context["list_bar"].pills) == len(bar.pills) - 1
        assert less.context["cl"].params["o"] == page.context["cl"].params["o"]
    cleared = client.get(f"{LIST}{bar.without_filters}").context
    assert cleared["list_bar"].pills == []
    assert cleared["cl"].result_count == 2
    assert [sorting.column for sorting in bar.sorting] == ["Mean score", "Reference"]
    assert client.get(f"{LIST}{bar.without_order}").context["list_bar"].sorting == []


def test_every_choice_of_every_filter_makes_one_pill_without_codes() -> None:
    everything = make_staff(*Role, email="all@example.org")
    eligible(closed_call())
    client = as_(everything)
    tried = 0
    for model_admin in lists_of(everything):
        page = client.get(address_of(model_admin))
        for spec in page.context["cl"].filter_specs:
            chosen = first_choice(spec, page.context["cl"])
            if chosen is None:
                continue
            (name, value, words) = chosen
            bar = client.get(address_of(model_admin), {name: value}).context["list_bar"]
            assert [pill.words for pill in bar.pills] == [words], (model_admin, name, value)
            assert bar.pills[0].without == "?"
            tried += 1
    assert tried > 50


def first_choice(spec: Any, changelist: Any) -> tuple[str, str, str] | None:
    """Return the first thing that a filter offers: parameter, value and words."""
    for choice in list(spec.choices(changelist)):
        if form := choice.get("form"):
            (name,) = form.fields
            offered = [(str(code), str(words)) for code, words in form.fields[name].choices if str(code)]
            return (name, *offered[0]) if offered else None
        if days := choice.get("days"):
            return days[0]["name"], "2026-11-01", "from 1 November 2026"
        query = dict(parse_qsl(choice["query_string"].removeprefix("?")))
        if query and not choice["selected"]:
            ((name, value),) = query.items()
            return name, value, str(choice["display"])
    return None


def test_page_behind_the_last_is_the_last(monkeypatch: Any) -> None:
    call = closed_call()
    for _number in range(3):
        submitted(call)
    monkeypatch.setattr(admin.site._registry[Application], "list_per_page", 1)
    client = as_(person(Role.MANAGER))
    for asked, shown in (("9", 3), ("0", 1), ("x", 1), ("2", 2)):
        page = client.get(LIST, {"p": asked, "call__id__exact": call.pk})
        assert (page.status_code, page.context["cl"].page_num) == (200, shown)


def test_columns_are_kept_for_the_person_and_an_order_by_a_hidden_one_does_nothing() -> None:
    submitted(closed_call())
    manager, other = person(Role.MANAGER), make_staff(Role.MANAGER, email="other@example.org")
    client = as_(manager)
    address = client.get(LIST, {"q": "2026"}).context["list_bar"].columns_url
    form = client.get(address).context["form"]
    offered = [code for code, _title in form.fields["columns"].choices]
    assert offered[0] != "number"
    assert form.initial["columns"] == offered

    wanted = [code for code in offered if code != "call"]
    answer = client.post(address, {"columns": wanted, "density": "compact"})

    assert answer["Location"] == f"{LIST}?q=2026"
    page = client.get(LIST, {"o": "-call"})
    assert [name_of(column) for column in page.context["cl"].list_display] == [
        "action_checkbox",
        "number",
        *wanted,
    ]
    assert page.context["list_bar"].sorting == []
    assert "staff-compact" in page.content.decode()
    assert "call" in as_(other).get(LIST).context["cl"].list_display
    client.post(address, {"columns": wanted, "reset": ""})
    assert "call" in client.get(LIST).context["cl"].list_display
    assert ListSettings.objects.get().columns == {}


def test_order_in_the_address_names_columns_and_old_numbers_still_work() -> None:
    submitted(closed_call())
    client = as_(person(Role.MANAGER))
    html = client.get(LIST).content.decode()
    assert "?o=number" in html
    by_name = client.get(LIST, {"o": "-status_label.number"}).context["cl"]
    by_number = client.get(LIST, {"o": "-4.1"}).context["cl"]
    assert by_name.queryset.query.order_by == by_number.queryset.query.order_by
    assert by_name.get_ordering_field_columns() == {4: "desc", 1: "asc"}
    for broken in ("", ".", "-", "nothing", "--number", "99", "number.-", "-²"):
        assert client.get(LIST, {"o": broken}).status_code == 200
