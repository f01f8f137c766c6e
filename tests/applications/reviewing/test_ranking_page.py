"""The ranking as a list: sorted, filtered, flagged, exported."""

import pytest
from django.contrib import admin as administration
from django.utils.translation import override

from applications.models import RankedApplication
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, queries_of, rank, url
from tests.builders.applications import bring_to, eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


QUERIES = [
    "o=-4",
    "o=5",
    "flag=disagreement",
    "flag=threshold",
    "cover=complete",
    "country=FR",
    "q=upper+rhine",
]


def test_ranking_sorts_and_filters_with_a_fixed_number_of_queries():
    client, call = as_(Role.MANAGER), closed_call()
    addresses = [f"{url('rankedapplication')}?{query}" for query in QUERIES]
    rank(call)
    for address in addresses:
        client.get(address)
    few = {address: queries_of(client, address) for address in addresses}

    for _number in range(2):
        rank(call)

    assert {address: queries_of(client, address) for address in addresses} == few


def test_export_of_the_ranking_has_a_column_for_each_criterion():
    application = eligible(closed_call())
    scored(application, 4, 3)

    table = as_(Role.MANAGER).get(url("rankedapplication", "export", "csv")).content.decode("utf-8-sig")

    header, row = [line.split(",") for line in table.strip().splitlines()]
    assert header[-2:] == ["Need", "Partnership"]
    assert row[-2:] == ["4.0", "3.0"]
    assert dict(zip(header, row, strict=True))["Weighted score (0 to 100)"].startswith("72")


def test_ranking_orders_by_weighted_score_and_flags():
    call = closed_call()
    low, high, unscored = eligible(call), eligible(call), eligible(call)
    scored(low, 1, 1)
    scored(high, 5, 5)
    scored(high, 3, 3)

    page = as_(Role.MANAGER).get(url("rankedapplication")).content.decode()

    assert page.index(high.reference) < page.index(low.reference) < page.index(unscored.reference)
    assert "80.0" in page
    assert "Reviewers disagree" in page
    assert "Below a threshold" in page


def test_ranking_in_french_has_a_decimal_comma():
    scored(eligible(closed_call()), 4, 3)

    with override("fr"):
        page = as_(Role.MANAGER).get(url("rankedapplication")).content.decode()

    assert "72,0" in page
    assert ": 4,0 / 5" in page
    assert "72.0" not in page


@pytest.mark.parametrize(("flag", "expected"), [("disagreement", 0), ("threshold", 1), ("none", 2)])
def test_ranking_filters_by_flag(flag, expected):
    call = closed_call()
    applications = torn, weak, calm = eligible(call), eligible(call), eligible(call)
    scored(torn, 5, 5)
    scored(torn, 3, 3)
    scored(weak, 2, 2)
    scored(calm, 4, 4)

    page = as_(Role.MANAGER).get(f"{url('rankedapplication')}?flag={flag}").content.decode()

    assert [a.reference in page for a in applications] == [i == expected for i in range(3)]


def test_rank_counts_all_of_the_call_and_says_who_shares_it():
    call, other = closed_call(), closed_call()
    best, same, last, unscored, gone = (eligible(call) for _number in range(5))
    elsewhere, blind = eligible(other), eligible(call)
    for application, scores in (
        (best, (5, 5)),
        (same, (4, 4)),
        (last, (1, 1)),
        (gone, (5, 5)),
        (blind, (3, 3)),
    ):
        scored(application, *scores)
    scored(same_total := eligible(call), 4, 4)
    scored(elsewhere, 1, 1)
    bring_to(gone, "withdrawn")
    manager = person(Role.MANAGER)
    scoring(blind, manager)
    client = as_(manager)

    def ranks(query=""):
        rows = client.get(url("rankedapplication") + query).context["cl"].result_list
        return {row.pk: row.rank and str(row.rank) for row in rows}

    found = ranks()
    assert found == {
        best.pk: "1",
        same.pk: "=2",
        same_total.pk: "=2",
        last.pk: "4",
        elsewhere.pk: "1",
        blind.pk: None,
        unscored.pk: None,
        gone.pk: None,
    }
    assert ranks(f"?q={last.reference}") == {last.pk: "4"}
    sorted_ = [row.rank for row in client.get(url("rankedapplication") + "?o=rank").context["cl"].result_list]
    assert sorted_[0].number == 1


def test_criteria_are_columns_once_they_are_chosen_and_hide_what_is_hidden():
    call = closed_call()
    low, high, blind = (eligible(call) for _number in range(3))
    for application, scores in ((low, (1, 5)), (high, (5, 1)), (blind, (3, 3))):
        scored(application, *scores)
    manager = person(Role.MANAGER)
    scoring(blind, manager)
    client = as_(manager)
    address = url("rankedapplication") + f"?call__id__exact={call.pk}"
    bar = client.get(address).context["list_bar"]
    form = client.get(bar.columns_url).context["form"]
    offered = dict(form.fields["columns"].choices)
    assert str(offered["each_criterion"]) == "A column for each criterion"
    assert "each_criterion" not in form.initial["columns"]

    client.post(bar.columns_url, {"columns": ["rank", "each_criterion"]})

    first, second = call.criteria.order_by("position")
    names = ["rank", "name", f"criterion_{first.pk}", f"criterion_{second.pk}"]
    shown = client.get(f"{address}&o=-criterion_{first.pk}")
    columns = [getattr(c, "__name__", c) for c in shown.context["cl"].list_display]
    assert columns == names
    assert [row.pk for row in shown.context["cl"].result_list] == [high.pk, low.pk, blind.pk]
    assert "hidden" in shown.content.decode()
    assert [s.column for s in shown.context["list_bar"].sorting] == [str(first.title)]


def test_all_rows_of_the_ranking_are_on_the_page_to_print(monkeypatch):
    call = closed_call()
    rows = [eligible(call) for _number in range(3)]
    model_admin = administration.site._registry[RankedApplication]
    monkeypatch.setattr(model_admin, "list_per_page", 1)
    client = as_(Role.MANAGER)
    page = client.get(url("rankedapplication") + f"?call__id__exact={call.pk}&p=2")
    assert len(page.context["cl"].result_list) == 1
    (address,) = [b["path"] for b in page.context["actions_list"] if "print" in b["icon"]]

    whole = client.get(url("rankedapplication") + address)

    assert len(whole.context["cl"].result_list) == len(rows)
