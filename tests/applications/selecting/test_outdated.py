"""Selections written or proposed on criteria that have changed since: told wherever somebody decides."""

from __future__ import annotations

import pytest

from applications.selecting.actions import confirming, selecting
from applications.selecting.intended import IntendedOutcome
from applications.selecting.outdated import notes
from core.accounts.enums import Role
from core.checklists import NotFinished
from tests.applications.staff_clients import as_, decide, queries_of, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person, the_manager, the_second_manager
from tests.builders.reviews import scored
from tests.builders.selections import decided, drafted, proposed
from tests.support.checklists import read_list

pytestmark = pytest.mark.django_db
TOLD = "were changed on"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def of_scored_call():
    application = eligible(closed_call())
    scored(application, 5, 1)
    return application.call, application


def test_proposal_on_former_criteria_says_so_and_is_confirmed_only_by_who_has_read_it():
    call, application = of_scored_call()
    selection = proposed(call, {application: "selected"})
    second = as_(the_second_manager())
    address = decide(selection, "confirm")
    answers = read_list(second, address)

    with_other_criteria(call, {"need": {"weight": 20}})

    early = second.post(address, answers)
    selection.refresh_from_db()
    assert (early.status_code, selection.status) == (409, "proposed")
    assert "The criteria were changed 1 time since." in early.content.decode()
    for text in (early, second.get(url("selection", "change", selection.pk))):
        assert "“Need”: weight 60 → 20." in text.content.decode()
        assert "after this was proposed" in text.content.decode()
    second.post(address, answers | {"unfinished_seen": early.context_data["checklist"]["seen"]})
    selection.refresh_from_db()
    assert selection.status == "confirmed"
    assert notes(selection) == {}


def test_scenario_says_so_until_it_is_saved_again():
    call, application = of_scored_call()
    manager = as_(Role.MANAGER)
    selection = drafted(call, {application: "selected"}, by=manager.user)

    with_other_criteria(call, {"need": {"weight": 20}})

    for address in (
        url("selection", "board", selection.pk),
        url("selection", "change", selection.pk),
        decide(selection, "propose"),
    ):
        assert "after this was last saved" in manager.get(address).content.decode(), address
    with pytest.raises(NotFinished, match="The criteria were changed"):
        selecting.propose(selection_id=selection.pk, by=manager.user, note="Best.", accepting=None)
    choice = IntendedOutcome(application.pk, "reserve", 1)
    selecting.save_choices(selection_id=selection.pk, by=manager.user, choices=[choice])
    assert notes(selection) == {}
    selecting.propose(
        accepting=ALL_THE_SAME,
        selection_id=selection.pk,
        by=manager.user,
        note="Best.",
    )
    selection.refresh_from_db()
    assert notes(selection) == {}


def test_only_what_alters_scores_of_calls_concerned_is_told():
    call, application = of_scored_call()
    other, foreign = of_scored_call()
    over_all = selecting.start(call_id=None, by=the_manager(), title="All calls")
    selecting.save_choices(
        selection_id=over_all.pk,
        by=the_manager(),
        choices=[
            IntendedOutcome(application.pk, "selected"),
            IntendedOutcome(foreign.pk, "selected"),
        ],
    )
    of_one = proposed(call, {application: "selected"})
    done = decided({eligible(call): "selected"})

    with_other_criteria(call, {"need": {"guidance": {"en": "Clearer.", "fr": "Plus clair."}}})
    assert [notes(each) for each in (over_all, of_one, done)] == [{}, {}, {}]
    with_other_criteria(other, {"need": {"threshold": 1}})
    assert [len(notes(each)) for each in (over_all, of_one, done)] == [1, 0, 0]
    with_other_criteria(call, {"need": {"max_score": 10}})

    assert [len(notes(each)) for each in (over_all, of_one, done)] == [2, 1, 0]
    confirming.confirm(
        accepting=ALL_THE_SAME,
        selection_id=of_one.pk,
        by=person(Role.MANAGER),
    )


def test_page_of_a_selection_asks_no_more_for_more_changes():
    call, application = of_scored_call()
    selection = proposed(call, {application: "selected"})
    with_other_criteria(call, {"need": {"weight": 1}})
    manager, address = as_(Role.MANAGER), url("selection", "change", selection.pk)
    manager.get(address)
    few = queries_of(manager, address)

    for weight in range(2, 5):
        with_other_criteria(call, {"need": {"weight": weight}})

    assert queries_of(manager, address) == few
