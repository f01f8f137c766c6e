"""The staff's pages over HTTP: what they show, and that they stay quick."""

import io

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from applications.selecting.actions import confirming
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, queries_of, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


LISTS = ["application", "rankedapplication", "review", "selection", "pilotregion", "call"]


def test_list_queries_do_not_grow_with_rows():
    client = as_(Role.MANAGER)
    populate(1)
    for model in LISTS:
        client.get(url(model))
    few = {model: queries_of(client, url(model)) for model in LISTS}

    populate(3)

    assert {model: queries_of(client, url(model)) for model in LISTS} == few


def populate(count):
    call = closed_call()
    for _number in range(count):
        application = eligible(call)
        scored(application, 4, 3)
        scored(application, 2, 5)
        scoring(application)
        selection = proposed(call, {application: "selected"})
        confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))


def test_home_queries_do_not_grow_with_what_waits():
    client = as_(Role.MANAGER)
    submitted(closed_call())
    client.get(reverse("admin:index"))
    few = queries_of(client, reverse("admin:index"))

    for _number in range(4):
        submitted(closed_call())
        eligible(closed_call())

    assert queries_of(client, reverse("admin:index")) == few


def test_home_says_what_waits_for_each():
    call = closed_call()
    submitted(call)
    review = assigned(eligible(call))
    proposed(call, {eligible(call): "selected"})

    manager = as_(Role.MANAGER).get(reverse("admin:index")).content.decode()
    reviewer = as_(review.reviewer).get(reverse("admin:index")).content.decode()

    assert "applications awaiting a verdict" in manager
    assert "selections to confirm" in manager
    assert "reviews to do" in reviewer
    assert "applications awaiting a verdict" not in reviewer


def test_list_shows_submitted_applications_only():
    call = closed_call()
    working, sent = draft(call, title="Unsent"), submitted(call, title="Sent")

    page = as_(Role.MANAGER).get(url("application")).content.decode()

    assert sent.reference in page
    assert working.reference not in page


def test_draft_has_no_page():
    response = as_(Role.MANAGER).get(url("application", "change", draft(closed_call()).pk))

    assert response.status_code == 302  # Django's answer to a row that is not there
    assert response["Location"] == reverse("admin:index")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=FR", True),
        ("country=PL", False),
        ("border=DE-FR", True),
        ("border=DE-PL", False),
        ("cover=unassigned", True),
        ("cover=complete", False),
        ("q=upper+rhine", True),
        ("q=upper+danube", False),
        ("q=Town", True),
        ("status__exact=eligible", True),
        ("status__exact=submitted", False),
    ],
)
@pytest.mark.parametrize("model", ["application", "rankedapplication"])
def test_lists_filter_and_search_by_what_was_submitted(model, query, found):
    application = eligible(closed_call())

    page = as_(Role.MANAGER).get(f"{url(model)}?{query}").content.decode()

    assert (application.reference in page) is found


def test_lists_filter_by_programme():
    from core.reference.models import InterregProgramme

    application = eligible(closed_call())
    here = InterregProgramme.objects.filter(countries="FR").filter(countries="DE").first()
    elsewhere = InterregProgramme.objects.exclude(countries__in=["FR", "DE"]).first()
    client = as_(Role.MANAGER)

    assert application.reference in client.get(f"{url('application')}?programme={here.pk}").content.decode()
    assert (
        application.reference
        not in client.get(f"{url('application')}?programme={elsewhere.pk}").content.decode()
    )


def test_export_neutralises_formulas():
    call = closed_call()
    submitted(call, title='=HYPERLINK("http://evil.example")')
    client = as_(Role.MANAGER)

    table = client.get(url("application", "export", "csv")).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(url("application", "export", "xlsx")).content))

    assert "'=HYPERLINK" in table
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(cell.value == '\'=HYPERLINK("http://evil.example")' for cell in cells)


def test_export_holds_what_the_filters_leave():
    call = closed_call()
    here, there = eligible(call), submitted(call)

    table = as_(Role.MANAGER).get(url("application", "export", "csv") + "?status__exact=eligible")

    assert here.reference in table.content.decode()
    assert there.reference not in table.content.decode()


@pytest.mark.parametrize(
    "page",
    ["application", "review", "selection", "pilotregion", "call", "rankedapplication", "reviewerprofile"],
)
def test_pages_open_in_french(page):
    # Leaving the block brings the language of the other tests back, which the request has changed.
    with override("fr"):
        address = url(page)
        response = as_(Role.MANAGER).get(address)

    assert address.startswith("/fr/")
    assert response.status_code == 200
