"""The best portfolio: proven, priced, limited in words."""

import re

import pytest

from applications.selecting.actions import confirming, selecting
from core.accounts.enums import Role
from tests.applications.selecting.scenarios import BASEL, LOERRACH, as_manager, outcomes, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored
from tests.builders.selections import drafted, fill_places, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calculates_at_once")]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_best_portfolio_is_proven_priced_and_opens_unsaved_beside_the_scenario():
    call = closed_call()
    best, second, basel = eligible(call), eligible(call), eligible(call, units=(BASEL, LOERRACH))
    for application, score in ((best, 5), (second, 4), (basel, 2)):
        scored(application, score, score)
    selection = drafted(call, {second: "selected"})
    client = as_manager()

    answer = client.get(url("optimise", selection.pk, query="?places=2&border=1"))
    page = answer.content.decode()
    board = client.get(re.search(r'href="([^"]+/board/\?try=[^"]+)"', page)[1].replace("&amp;", "&"))
    form = board.context["form"]

    assert answer.context["answer"].keys == (best.pk, basel.pk)
    assert "Proven: no other portfolio within these limits has a higher total." in page
    prices = {
        row["limit"]: (float(row["points"]), row["added"], row["removed"])
        for row in answer.context["answer"].prices
    }
    assert prices == {
        "at most 2 places": (0.0, [], []),
        "at most 1 per border": (40.0, [second.reference], [basel.reference]),
    }
    assert {a.pk: form[f"outcome_{a.pk}"].value() for a in (best, second, basel)} == {
        best.pk: "selected",
        second.pk: "",
        basel.pk: "selected",
    }
    assert "at most 1 per border" in form["note"].value()
    assert re.search(r"saved:\s+Selected", board.content.decode())
    assert outcomes(selection) == {second.pk: "selected"}


def test_contradicting_limits_are_named_in_words():
    call = closed_call()
    application = eligible(call)
    scored(application, 3, 3)
    selection = drafted(call, {})
    query = f"?places=1&threshold=70&include={application.reference}&exclude=&country=9"

    page = as_manager().get(url("optimise", selection.pk, query=query)).content.decode()

    assert "No portfolio meets all these limits" in page
    assert "<li>a weighted score of 70 or more</li>" in page
    assert f"<li>{application.reference} always included</li>" in page
    assert "at most 9 per country" not in page


def test_limits_that_cannot_be_are_refused_where_they_stand():
    call = closed_call()
    eligible(call)
    fill_places(28)
    selection = drafted(call, {})
    query = "?places=3&include=IMPACT-NO-1&number_0=2&group_0="

    answer = as_manager().get(url("optimise", selection.pk, query=query))

    errors = answer.context["form"].errors
    assert set(errors) == {"places", "include", "group_0"}
    assert "No candidate: IMPACT-NO-1." in answer.content.decode()
    assert "answer" not in answer.context


def test_places_of_calls_are_limits_of_a_portfolio_over_all_calls():
    one, two = closed_call(places=1), closed_call()
    rich, also_rich, poor = eligible(one), eligible(one), eligible(two)
    for application, score in ((rich, 5), (also_rich, 4), (poor, 1)):
        scored(application, score, score)
    selection = selecting.start(call_id=None, by=person(Role.MANAGER), title="All")

    answer = as_manager().get(url("optimise", selection.pk, query="?places=3")).context["answer"]

    assert answer.keys == (rich.pk, poor.pk)
    assert [row["limit"] for row in answer.prices][1] == f"at most 1 from “{one}” (the call’s own places)"


def test_at_least_one_of_a_kind_is_kept():
    call = closed_call()
    rhine, alpine = eligible(call), eligible(call, units=(BASEL, LOERRACH))
    scored(rhine, 5, 5)
    scored(alpine, 1, 1)
    selection = drafted(call, {})

    answer = (
        as_manager()
        .get(url("optimise", selection.pk, query="?places=1&number_0=1&group_0=country:CH"))
        .context["answer"]
    )

    assert answer.keys == (alpine.pk,)


@pytest.mark.parametrize(
    ("counted", "limit"), [("&counts_given=on", ", including places already given"), ("", "")]
)
def test_places_given_before_count_towards_limits_if_wanted(counted, limit):
    earlier = closed_call()
    given = proposed(earlier, {eligible(earlier): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=given.pk, by=person(Role.MANAGER))
    call = closed_call()
    rhine, alpine = eligible(call), eligible(call, units=(BASEL, LOERRACH))
    scored(rhine, 5, 5)
    scored(alpine, 1, 1)
    selection = drafted(call, {})

    query = f"?places=1&border=1{counted}"
    answer = as_manager().get(url("optimise", selection.pk, query=query)).context["answer"]

    assert answer.keys == ((alpine if counted else rhine).pk,)
    assert [row["limit"] for row in answer.prices][1] == f"at most 1 per border{limit}"


@pytest.mark.parametrize("row", [1, 3, 7])
def test_row_of_limits_counts_also_below_rows_that_were_emptied(row):
    call = closed_call()
    applications = [eligible(call, units=(BASEL, LOERRACH)), eligible(call)]
    for application, score in zip(applications, (1, 5), strict=True):
        scored(application, score, score)
    emptied = "".join(f"&number_{empty}=&group_{empty}=" for empty in range(row))
    query = f"?places=1{emptied}&number_{row}=1&group_{row}=country:CH"

    answer = as_manager().get(url("optimise", drafted(call, {}).pk, query=query))

    assert answer.context["answer"].keys == (applications[0].pk,)
