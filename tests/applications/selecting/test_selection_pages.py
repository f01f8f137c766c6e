"""Selections and pilot regions on their pages: the board, the buttons to release, what staff edit."""

import re

import pytest

from applications.models import PilotRegion, Selection
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, decide, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.selections import drafted, told
from tests.support.checklists import decide_all_the_same
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_board_saves_a_draft_and_counts_on_the_server():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    client = as_(Role.MANAGER)
    selection = drafted(call, {})
    board = url("selection", "board", selection.pk)

    client.post(
        board,
        {
            f"outcome_{first.pk}": "selected",
            f"outcome_{second.pk}": "reserve",
            f"rank_{second.pk}": "1",
            "save": "",
        },
    )
    page = client.get(board).content.decode()

    assert list(selection.entries.order_by("application_id").values_list("outcome", "rank")) == [
        ("selected", None),
        ("reserve", 1),
    ]
    assert re.search(r'<strong data-tally="selected"[^>]*>\s*1\s*</strong>', page)
    assert re.search(r'<strong data-places="all"[^>]*>\s*29\s*</strong>', page)


def test_board_keeps_what_was_typed_when_a_field_is_wrong():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {})

    response = as_(Role.MANAGER).post(
        url("selection", "board", selection.pk),
        {
            f"outcome_{application.pk}": "reserve",
            f"rank_{application.pk}": "0",
            f"reason_{application.pk}": "Strong partners",
            "save": "",
        },
    )

    assert "Strong partners" in response.content.decode()
    assert selection.entries.count() == 0


def test_selection_goes_from_start_to_release_by_buttons():
    call = closed_call()
    application = eligible(call)
    proposer, confirmer = as_(Role.MANAGER), as_(Role.MANAGER)

    proposer.post(url("selection", "decide_many", "start"), {"call_id": call.pk, "title": "June"})
    selection = Selection.objects.get()
    proposer.post(
        url("selection", "board", selection.pk), {f"outcome_{application.pk}": "selected", "propose": ""}
    )
    preview = proposer.get(decide(selection, "propose")).content.decode()
    decide_all_the_same(proposer, decide(selection, "propose"), {"note": "The best."})
    own_page, other_page = (
        person.get(url("selection", "change", selection.pk)).content.decode()
        for person in (proposer, confirmer)
    )
    own = decide_all_the_same(proposer, decide(selection, "confirm"), {"reason": ""})
    decide_all_the_same(confirmer, decide(selection, "confirm"))
    confirmer.post(decide(selection, "release"))

    assert application.reference in preview
    words, button = "so another person must confirm it.", decide(selection, "confirm")
    assert (words in own_page, button in own_page) == (True, False)
    assert (words in other_page, button in other_page) == (False, True)
    assert own.status_code == 409
    assert words in own.content.decode()
    assert PilotRegion.objects.get().application == application
    assert [(name, status) for name, _to, status in mails()] == [("selected", "queued")]
    assert "Upper Rhine" in confirmer.get(url("selection", "change", selection.pk)).content.decode()


def test_start_from_the_ranking_knows_the_call():
    call = closed_call()
    client = as_(Role.MANAGER)

    page = client.get(f"{url('rankedapplication')}?call__id__exact={call.pk}").content.decode()
    form = client.get(f"{url('selection', 'decide_many', 'start')}?call={call.pk}").content.decode()

    assert f"decide/start/?call={call.pk}" in page
    assert re.search(rf'<option value="{call.pk}" selected\s*>', form)


def test_pilot_region_is_edited_with_its_history():
    region = confirmed_region()
    client = as_(Role.MANAGER)
    address = url("pilotregion", "change", region.pk)

    page = client.get(address).content.decode()
    response = client.post(address, region_form(region) | {"name": "Rhine Valley", "team_max": "2"})

    assert "Upper Rhine" in page
    assert response.status_code == 302, response.context["errors"]
    region.refresh_from_db()
    assert (region.name, region.team_max, region.place) == ("Rhine Valley", 2, 1)
    assert region.history.first().history_user == client.user


def test_pilot_region_goes_public_only_where_the_applicants_agreed():
    region = confirmed_region()

    response = as_(Role.MANAGER).post(
        url("pilotregion", "change", region.pk), region_form(region) | {"is_public": "on"}
    )

    region.refresh_from_db()
    assert region.is_public is False
    assert "have not agreed to publication" in response.content.decode()


def test_summary_of_a_public_region_is_in_english_and_french():
    region = confirmed_region(agrees_to_publication=True)
    client, page = as_(Role.MANAGER), url("pilotregion", "change", region.pk)
    typed = region_form(region) | {"public_summary_en": "Care on both banks"}

    client.post(page, typed)
    refused = client.post(page, typed | {"is_public": "on"})
    region.refresh_from_db()

    assert "French: needed before the region is shown to the public." in refused.content.decode()
    assert (region.public_summary, region.is_public) == ({"en": "Care on both banks"}, False)
    client.post(page, typed | {"is_public": "on", "public_summary_fr": "Des soins sur les deux rives"})
    region.refresh_from_db()
    assert region.is_public


def confirmed_region(**answers):
    call = closed_call()
    told({eligible(call, **answers): "selected"})
    return PilotRegion.objects.get()


def region_form(region):
    empty = {
        f"{prefix}-{key}": "0"
        for prefix in ("sides", "needs", "months")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return empty | {
        "name": region.name,
        "team_max": "3",
        "units": ["FRF11"],
        "working_languages": ["en"],
        "changes-TOTAL_FORMS": "0",
        "changes-INITIAL_FORMS": "0",
    }


def test_region_is_ended_by_a_decision():
    region = confirmed_region()

    as_(Role.MANAGER).post(decide(region, "end"), {"reason": "They stopped."})

    region.refresh_from_db()
    assert (region.status, region.place) == ("ended", None)
