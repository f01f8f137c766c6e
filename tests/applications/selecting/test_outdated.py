"""Selections written or proposed on criteria that have changed since: told wherever somebody decides."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from applications.selecting.actions import confirming, selecting
from applications.selecting.intended import IntendedOutcome
from applications.selecting.outdated import last_change, notes
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, decide, queries_of, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person, the_manager, the_second_manager
from tests.builders.reviews import scored
from tests.builders.selections import decided, drafted, proposed

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
    page = second.get(decide(selection, "confirm"))
    assert TOLD not in page.content.decode()
    seen = page.context_data["form"]["criteria_seen"].value()

    with_other_criteria(call, {"need": {"weight": 20}})

    early = second.post(decide(selection, "confirm"), {"reason": "", "criteria_seen": seen})
    selection.refresh_from_db()
    assert (early.status_code, selection.status) == (409, "proposed")
    assert "The criteria, and so the scores, have changed" in early.content.decode()
    shown = second.get(decide(selection, "confirm"))
    for text in (shown, second.get(url("selection", "change", selection.pk))):
        assert "“Need”: weight 60 → 20." in text.content.decode()
        assert "after this was proposed" in text.content.decode()
    seen = shown.context_data["form"]["criteria_seen"].value()
    second.post(decide(selection, "confirm"), {"reason": "", "criteria_seen": seen})
    selection.refresh_from_db()
    assert selection.status == "confirmed"
    assert notes(selection) == []


def test_scenario_says_so_until_it_is_saved_again():
    call, application = of_scored_call()
    manager = as_(Role.MANAGER)
    selection = drafted(call, {application: "selected"}, by=manager.user)
    seen = last_change(selection)

    with_other_criteria(call, {"need": {"weight": 20}})

    for address in (
        url("selection", "board", selection.pk),
        url("selection", "change", selection.pk),
        decide(selection, "propose"),
    ):
        assert "after this was last saved" in manager.get(address).content.decode(), address
    with pytest.raises(ValidationError, match="The criteria, and so the scores"):
        selecting.propose(selection_id=selection.pk, by=manager.user, note="Best.", criteria_seen=seen)
    choice = IntendedOutcome(application.pk, "reserve", 1)
    selecting.save_choices(selection_id=selection.pk, by=manager.user, choices=[choice])
    assert notes(selection) == []
    selecting.propose(
        selection_id=selection.pk, by=manager.user, note="Best.", criteria_seen=last_change(selection)
    )
    selection.refresh_from_db()
    assert notes(selection) == []


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
    assert [notes(each) for each in (over_all, of_one, done)] == [[], [], []]
    with_other_criteria(other, {"need": {"threshold": 1}})
    assert [len(notes(each)) for each in (over_all, of_one, done)] == [1, 0, 0]
    with_other_criteria(call, {"need": {"max_score": 10}})

    assert [len(notes(each)) for each in (over_all, of_one, done)] == [2, 1, 0]
    confirming.confirm(selection_id=of_one.pk, by=person(Role.MANAGER), criteria_seen=last_change(of_one))


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
