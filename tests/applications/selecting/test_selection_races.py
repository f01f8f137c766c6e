"""Two people at the same moment: one decision, and the other is told."""

import threading

import pytest
from django.db import connection

from applications.models import PilotRegion, Selection
from applications.selecting.actions import confirming, lettering, selecting
from applications.selecting.actions.selecting import StaleBoard
from applications.selecting.intended import IntendedOutcome
from core.accounts.enums import Role
from core.history import IllegalMove
from core.mail.models import Message
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import drafted, proposed

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Run all from the same moment on, each in a connection of its own; return results or exceptions."""
    start, outcomes = threading.Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        try:
            start.wait(timeout=30)
            outcomes[place] = action()
        except Exception as error:  # the outcome of a race is what the test reads
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_two_people_who_confirm_at_once_make_one_decision():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected", eligible(call): "reserve"})
    people = [person(Role.MANAGER), person(Role.MANAGER)]

    outcomes = at_once(
        *(
            lambda p=p: confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=p)
            for p in people
        )
    )

    (refused,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refused, IllegalMove)
    assert refused.row.get_status_display() == "Confirmed"
    assert [c.to_status for c in selection.changes.all()] == ["draft", "proposed", "confirmed"]
    assert PilotRegion.objects.count() == 1
    assert Message.objects.held().count() == 2


def test_two_selections_confirmed_at_once_share_the_last_place():
    call = closed_call(places=1)
    rivals = [proposed(call, {eligible(call): "selected"}) for _turn in range(2)]
    confirmer = person(Role.MANAGER)

    outcomes = at_once(
        *(
            lambda s=s: confirming.confirm(accepting=ALL_THE_SAME, selection_id=s.pk, by=confirmer)
            for s in rivals
        )
    )

    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert PilotRegion.objects.count() == 1
    assert sorted(Selection.objects.values_list("status", flat=True)) == ["confirmed", "proposed"]


def test_two_boards_saved_at_once_keep_one_and_tell_the_other():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {})
    people = [person(Role.MANAGER), person(Role.MANAGER)]

    outcomes = at_once(
        *(
            lambda p=p, o=o: selecting.save_choices(
                selection_id=selection.pk, by=p, choices=[IntendedOutcome(application.pk, o)], base={}
            )
            for p, o in zip(people, ["selected", "not_selected"], strict=True)
        )
    )

    (refused,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refused, StaleBoard)
    assert [save.number for save in selection.saves.all()] == [1]
    assert selection.entries.get().outcome == selection.saves.get().choices[0]["after"][0]


def test_letters_released_twice_at_once_leave_once():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    releaser = person(Role.MANAGER)

    outcomes = at_once(
        *[lambda: lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=releaser)] * 2
    )

    assert sorted(outcome == 1 for outcome in outcomes) == [False, True]
