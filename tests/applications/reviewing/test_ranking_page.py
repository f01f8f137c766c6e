"""The ranking as a list: sorted, filtered, flagged, exported."""

import pytest
from django.utils.translation import override

from core.accounts.enums import Role
from tests.applications.staff_clients import as_, queries_of, rank, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.reviews import scored

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
