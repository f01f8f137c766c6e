"""Scenarios: saved on record, never overwritten by a stale board, compared, over one call or all."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application, PilotRegion, Selection, SelectionSave
from applications.selecting.actions import confirming, selecting
from applications.selecting.actions.selecting import StaleBoard
from applications.selecting.intended import IntendedOutcome, base_of, saved_in
from core.accounts.enums import Role
from tests.applications.selecting.scenarios import BASEL, HAUT_RHIN, LOERRACH, as_manager, outcomes, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.builders.selections import drafted, fill_places, undone_by_two
from tests.support.checklists import decide_all_the_same

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calculates_at_once")]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def opened(selection):
    """What a board that is opened now carries, of what the scenario holds."""
    return {"base": json.dumps(base_of(saved_in(selection).values()))}


def test_each_save_is_on_record_with_before_and_after():
    call, ana = closed_call(), person(Role.MANAGER)
    first, second = eligible(call), eligible(call)
    selection = selecting.start(call_id=call.pk, by=ana, title="Bold")

    for choices, note in (
        ([IntendedOutcome(first.pk, "selected"), IntendedOutcome(second.pk, "reserve", 1)], "First try"),
        (
            [IntendedOutcome(first.pk, "selected"), IntendedOutcome(second.pk, "selected", None, "Strong")],
            "Better",
        ),
        ([IntendedOutcome(first.pk, "selected")], "Nothing new"),
    ):
        selecting.save_choices(selection_id=selection.pk, by=ana, choices=choices, note=note)

    assert [(s.number, s.by, s.note) for s in selection.saves.all()] == [
        (2, ana, "Better"),
        (1, ana, "First try"),
    ]
    assert selection.saves.first().choices == [
        {"application": second.pk, "before": ["reserve", 1, ""], "after": ["selected", None, "Strong"]}
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        SelectionSave.objects.update(note="Rewritten")


def test_stale_board_overwrites_nothing_of_the_same_application():
    call, ana, ben = closed_call(), person(Role.MANAGER, name="Ana"), person(Role.MANAGER)
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected"}, by=ana)
    base = base_of(saved_in(selection).values())
    selecting.save_choices(
        selection_id=selection.pk, by=ana, choices=[IntendedOutcome(first.pk, "not_selected")]
    )

    with pytest.raises(StaleBoard, match=rf"Ana has changed {first.reference}"):
        selecting.save_choices(
            selection_id=selection.pk,
            by=ben,
            choices=[IntendedOutcome(first.pk, "reserve", 1), IntendedOutcome(second.pk, "selected")],
            base=base,
        )

    assert outcomes(selection) == {first.pk: "not_selected"}


def test_older_board_keeps_what_others_saved_of_other_applications():
    call, ana, ben = closed_call(), person(Role.MANAGER), person(Role.MANAGER)
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected"}, by=ana)
    base = base_of(saved_in(selection).values())
    selecting.save_choices(
        selection_id=selection.pk, by=ana, choices=[IntendedOutcome(first.pk, "not_selected")]
    )

    # Ben's page still says "selected" for the first, which he did not touch.
    selecting.save_choices(
        selection_id=selection.pk,
        by=ben,
        choices=[IntendedOutcome(first.pk, "selected"), IntendedOutcome(second.pk, "selected")],
        base=base,
    )

    assert outcomes(selection) == {first.pk: "not_selected", second.pk: "selected"}


def test_board_shows_both_values_after_a_clash_and_lets_the_person_choose():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected", second: "selected"})
    ana, ben = as_manager(), as_manager()
    mine = opened(selection) | {
        f"outcome_{first.pk}": "not_selected",
        f"outcome_{second.pk}": "selected",
        "save": "",
    }
    theirs = opened(selection) | {
        f"outcome_{first.pk}": "",
        f"outcome_{second.pk}": "not_selected",
        "save": "",
    }

    ana.post(url("board", selection.pk), theirs)
    answer = ben.post(url("board", selection.pk), mine)
    page = answer.content.decode()

    assert outcomes(selection) == {second.pk: "not_selected"}
    assert f"{ana.user.name} has changed {first.reference}" in page
    assert re.search(r"saved:\s+Undecided", page)
    form = answer.context["form"]
    assert [form[f"outcome_{a.pk}"].value() for a in (first, second)] == ["not_selected", "not_selected"]
    again = {name: form[name].value() or "" for name in form.fields} | {"save": ""}
    assert ben.post(url("board", selection.pk), again).status_code == 302
    assert outcomes(selection) == {first.pk: "not_selected", second.pk: "not_selected"}


def test_board_shows_both_reasons_after_a_clash():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {application: "selected"})
    ana, ben = as_manager(), as_manager()
    shown = {f"outcome_{application.pk}": "selected", "save": ""} | opened(selection)
    reason = f"reason_{application.pk}"

    ana.post(url("board", selection.pk), shown | {reason: "Theirs"})
    answer = ben.post(url("board", selection.pk), shown | {reason: "Mine"})

    assert answer.context["form"][reason].value() == "Mine"
    assert re.search(r"saved:\s+Theirs", answer.content.decode())
    assert selection.entries.get().reason == "Theirs"
    assert "staff-saved" not in ana.get(url("board", selection.pk)).content.decode()

    shown |= opened(selection)
    ana.post(url("board", selection.pk), shown | {reason: ""})
    again = ben.post(url("board", selection.pk), shown | {reason: "Mine"})

    assert re.search(r"saved:\s+no reason", again.content.decode())


def test_proposal_is_refused_when_the_scenario_was_saved_after_it_was_read():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected"})
    client = as_manager()
    page = client.get(url("decide_one", selection.pk, "propose"))
    selecting.save_choices(
        selection_id=selection.pk, by=person(Role.MANAGER), choices=[IntendedOutcome(second.pk, "selected")]
    )

    answer = decide_all_the_same(
        client,
        url("decide_one", selection.pk, "propose"),
        {"note": "The best.", "seen": page.context["form"]["seen"].value()},
    )

    assert answer.status_code == 409
    assert "since you opened it. Open it again." in answer.content.decode()
    selection.refresh_from_db()
    assert selection.status == "draft"


def test_page_tells_every_save_to_auditors():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {application: "selected"})
    client = Client()
    client.force_login(person(Role.AUDITOR))

    page = client.get(url("change", selection.pk)).content.decode()

    assert "Saved versions of the scenario" in page
    assert f"{application.reference}: Undecided → Selected" in page


def test_scenario_over_all_calls_becomes_regions_of_each():
    one, two = closed_call(), closed_call()
    first, second = eligible(one), eligible(two)
    client, second_person = as_manager(), person(Role.MANAGER)
    client.post(url("decide_many", "start"), {"call_id": "all", "title": "Everything"})
    selection = Selection.objects.get()
    client.post(
        url("board", selection.pk),
        {"seen": "0", f"outcome_{first.pk}": "selected", f"outcome_{second.pk}": "selected", "propose": ""},
    )
    address = url("decide_one", selection.pk, "propose")
    decide_all_the_same(client, address, {"note": "The best.", "seen": "1"})

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=second_person)

    assert selection.call is None
    assert set(PilotRegion.objects.values_list("application", flat=True)) == {first.pk, second.pk}
    assert list(Selection.objects.confirmed_of(two)) == [selection]
    assert "All calls" in client.get(url("change", selection.pk)).content.decode()


def test_places_of_each_call_bind_a_scenario_over_all_calls():
    one, two = closed_call(places=1), closed_call()
    applications = [eligible(one), eligible(one), eligible(two)]
    manager = person(Role.MANAGER)
    selection = selecting.start(call_id=None, by=manager, title="All")
    selecting.save_choices(
        selection_id=selection.pk,
        by=manager,
        choices=[IntendedOutcome(a.pk, "selected") for a in applications],
    )

    with pytest.raises(ValidationError, match=f"{one}: 2 applications are selected, but only 1 place"):
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager, note="")


def test_undo_over_all_calls_is_refused_once_one_of_them_is_published():
    one, two = closed_call(), closed_call()
    manager = person(Role.MANAGER)
    selection = selecting.start(call_id=None, by=manager, title="All")
    choices = [IntendedOutcome(eligible(call).pk, "selected") for call in (one, two)]
    selecting.save_choices(selection_id=selection.pk, by=manager, choices=choices)
    selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager, note="")
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    two.results_published_at = two.closes_at
    two.save()

    with pytest.raises(ValidationError, match="published"):
        undone_by_two(selection)

    assert set(Application.objects.values_list("status", flat=True)) == {"selected"}


def test_comparison_says_who_how_many_and_how_balanced():
    call = closed_call()
    rhine, basel = eligible(call), eligible(call, title="Basel", units=(BASEL, HAUT_RHIN, LOERRACH))
    scored(rhine, 5, 5)
    scored(basel, 4, 3)
    fill_places(2)
    one = drafted(call, {rhine: "selected", basel: "reserve"})
    two = drafted(call, {rhine: "selected", basel: "selected"})

    answer = as_manager().get(url("compare", query=f"?id={one.pk}&id={two.pk}"))
    comparison = answer.context["comparison"]

    assert [(c.sum.count, c.sum.in_all, c.reserve) for c in comparison.columns] == [(1, 3, 1), (2, 4, 0)]
    assert [(float(c.sum.points), float(c.sum.lowest)) for c in comparison.columns] == [(100, 100), (172, 72)]
    balance = {
        str(title): {name: counts for name, _all, counts in rows} for title, rows in comparison.balance
    }
    assert balance["Country"] == {"France": [1, 2], "Germany": [1, 2], "Switzerland": [0, 1]}
    assert balance["Border"]["Germany – France"] == [1, 2]
    assert balance["Type of border"] == {"Land border": [1, 2], "Three countries or more": [0, 1]}
    assert [(row["profile"].reference, row["same"]) for row in comparison.rows] == [
        (basel.reference, False),
        (rhine.reference, True),
    ]


def test_comparison_hides_scores_from_who_still_reviews():
    call, manager = closed_call(), as_manager()
    application = eligible(call)
    scored(application, 5, 5)
    manager.user.groups.add(*person(Role.REVIEWER).groups.all())
    scoring(application, reviewer=manager.user)
    selection = drafted(call, {application: "selected"})

    answer = manager.get(url("compare", query=f"?id={selection.pk}"))

    assert answer.context["comparison"].columns[0].sum.points is None
    assert "100.00" not in answer.content.decode()


@pytest.mark.parametrize("page", ["compare", "board", "optimise", "change"])
def test_queries_do_not_grow_with_applications(page):
    call, client = closed_call(), as_manager()
    selection = drafted(call, {eligible(call): "selected"})
    addresses = {
        "compare": url("compare", query=f"?id={selection.pk}"),
        "board": url("board", selection.pk),
        "optimise": url("optimise", selection.pk, query="?places=5&border=2"),
        "change": url("change", selection.pk),
    }
    scored(Application.objects.get(), 5, 5)
    counts = []
    for _turn in range(2):
        client.get(addresses[page])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(addresses[page]).status_code == 200
        counts.append(len(queries))
        more = [eligible(call) for _number in range(4)]
        for application in more:
            scored(application, 4, 4)
        choices = [IntendedOutcome(application.pk, "selected") for application in more]
        selecting.save_choices(selection_id=selection.pk, by=client.user, choices=choices)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [*Role])
@pytest.mark.parametrize(("page", "readers"), [("compare", "readers"), ("optimise", "managers")])
def test_pages_open_for_their_roles_only(role, page, readers):
    selection = drafted(closed_call(), {})
    client = Client()
    client.force_login(person(role))
    address = url("compare") if page == "compare" else url("optimise", selection.pk)
    allowed = {Role.MANAGER} | ({Role.AUDITOR, Role.ADMINISTRATOR} if readers == "readers" else set())

    assert client.get(address).status_code == (200 if role in allowed else 403)
