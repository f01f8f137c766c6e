"""What a draft of a selection takes, and what it refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.utils import DatabaseError

from applications.models import SelectionEntry
from applications.selecting.actions import selecting
from applications.selecting.intended import IntendedOutcome
from core.accounts.enums import Role
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import drafted, proposed

GOING_ON = {"accepting": ALL_THE_SAME}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ranks", [(1, 1), (1, 3), (None, 1), (2, 3)])
def test_propose_refuses_a_reserve_list_without_a_clear_order(ranks):
    call = closed_call()
    manager = person(Role.MANAGER)
    selection = selecting.start(call_id=call.pk, by=manager, title="Selection")
    choices = [IntendedOutcome(eligible(call).pk, "reserve", rank) for rank in ranks]
    selecting.save_choices(selection_id=selection.pk, by=manager, choices=choices)

    with pytest.raises(ValidationError, match="Number the reserve list"):
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager, note="")


def test_propose_refuses_an_empty_selection():
    manager = person(Role.MANAGER)
    selection = selecting.start(call_id=closed_call().pk, by=manager, title="Selection")

    with pytest.raises(ValidationError, match="No application has an outcome"):
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager, note="")


def test_choices_may_be_taken_back_while_drafting():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {application: "selected"})

    selecting.save_choices(
        selection_id=selection.pk, by=selection.created_by, choices=[IntendedOutcome(application.pk, "")]
    )

    assert selection.entries.count() == 0


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "ineligible", "withdrawn", "selected"])
def test_choices_refuse_what_is_no_candidate(status):
    call = closed_call()
    application = submitted(call, status)
    selection = drafted(call, {})

    with pytest.raises(ValidationError):
        selecting.save_choices(
            selection_id=selection.pk,
            by=selection.created_by,
            choices=[IntendedOutcome(application.pk, "selected")],
        )

    assert selection.entries.count() == 0


def test_choices_refuse_an_application_of_another_call():
    selection = drafted(closed_call(), {})
    stranger = eligible(closed_call())

    with pytest.raises(ValidationError):
        selecting.save_choices(
            selection_id=selection.pk,
            by=selection.created_by,
            choices=[IntendedOutcome(stranger.pk, "selected")],
        )


def test_database_fixes_entries_once_proposed():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})

    with pytest.raises(DatabaseError, match="entries are fixed"), transaction.atomic():
        selection.entries.update(outcome="not_selected")
    with pytest.raises(DatabaseError, match="entries are fixed"), transaction.atomic():
        selection.entries.all().delete()
    with pytest.raises(DatabaseError, match="entries are fixed"), transaction.atomic():
        SelectionEntry.objects.create(selection=selection, application=eligible(call), outcome="selected")
