"""What was decided is undone by two persons; whoever was told is told again, and whoever was not never is."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from applications.models import Application, PilotRegion, Selection
from applications.selecting.actions import confirming, lettering, piloting, withdrawing
from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.mail.models import Message
from core.mail.tasks import deliver_due
from tests.applications.selecting.scenarios import as_manager
from tests.applications.staff_clients import decide
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, lead_of
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import decided, told, undone_by_two

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def two() -> list[Application]:
    call = closed_call()
    return [eligible(call), eligible(call)]


def to_applicants(template: str) -> list[Message]:
    return list(Message.objects.filter(template=f"applications/email/{template}").order_by("pk"))


def test_who_asks_for_it_cannot_undo_it_and_no_letter_leaves_meanwhile() -> None:
    first, second = two()
    selection, asker = decided({first: "selected", second: "not_selected"}), person(Role.MANAGER)
    confirming.ask_to_undo(selection_id=selection.pk, by=asker, reason="A score was wrong.")

    with pytest.raises(NotAllowed):
        confirming.undo(selection_id=selection.pk, by=asker, reason="Mine.")
    with pytest.raises(ValidationError):
        lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    with pytest.raises(IntegrityError), transaction.atomic():
        # No action leads here: the database itself refuses it.
        Selection.objects.filter(pk=selection.pk).update(status="undone", undone_by=asker)

    assert set(Application.objects.values_list("status", flat=True)) == {"selected", "not_selected"}
    assert PilotRegion.objects.get().is_active


def test_selection_that_is_let_stand_is_as_before_with_both_on_record() -> None:
    first, second = two()
    selection = decided({first: "selected", second: "reserve"})
    confirming.ask_to_undo(selection_id=selection.pk, by=person(Role.MANAGER), reason="Really?")

    confirming.let_stand(selection_id=selection.pk, by=person(Role.MANAGER), reason="Yes.")

    selection.refresh_from_db()
    assert (selection.status, selection.undo_asked_by) == ("confirmed", None)
    assert [change.reason for change in selection.changes.all()][-2:] == ["Really?", "Yes."]
    assert lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER)) == 2


def test_only_whose_letter_has_left_is_told_that_it_does_not_stand() -> None:
    call = closed_call()
    written, unwritten, withdrawn = eligible(call), eligible(call), eligible(call)
    selection = decided({written: "selected", unwritten: "not_selected", withdrawn: "reserve"})
    kept = Message.objects.get(about=unwritten.about, status="held").pk
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER), kept=[kept])
    deliver_due()
    withdrawing.withdraw(application_id=withdrawn.pk, by=person(Role.MANAGER), reason="They asked.")
    page = as_manager().get(decide(selection, "ask-to-undo")).content.decode()

    undone_by_two(selection, reason="A score was wrong.")

    assert f"Applicants whose letter has been sent: {written.reference}<" in page
    (message,) = to_applicants("outcome_undone")
    assert (message.to, message.status) == (lead_of(written).email, "queued")
    assert "A score was wrong." in message.body
    assert Message.objects.get(pk=kept).status == "discarded"


def test_page_says_where_nobody_was_told() -> None:
    first, second = two()
    selection = decided({first: "selected", second: "not_selected"})

    page = as_manager().get(decide(selection, "ask-to-undo")).content.decode()

    assert "Nobody has been told of an outcome yet" in page
    undone_by_two(selection)
    assert to_applicants("outcome_undone") == []


def test_second_person_finds_the_reason_of_the_first() -> None:
    first, second = two()
    selection = decided({first: "selected", second: "not_selected"})
    confirming.ask_to_undo(selection_id=selection.pk, by=person(Role.MANAGER), reason="A score was wrong.")

    client = as_manager()
    home, page = client.get("/admin/"), client.get(decide(selection, "undo")).content.decode()

    assert "requests to undo a selection" in home.content.decode()
    assert "A score was wrong." in page


@pytest.mark.parametrize("name", ["ask-to-undo", "undo", "let-stand"])
def test_page_of_a_selection_that_was_never_confirmed_says_that_it_is_not_possible(name: str) -> None:
    first, _second = two()
    selection = undone_by_two(decided({first: "selected"}))

    page = as_manager().get(decide(selection, name))

    words = "This is no longer possible: the status has changed or the step has already been taken."
    assert (page.status_code, words in page.content.decode()) == (200, True)


def test_region_ends_only_once_its_letter_has_left_and_its_applicants_are_told() -> None:
    application = two()[0]
    selection = decided({application: "selected"})
    region, manager = PilotRegion.objects.get(), person(Role.MANAGER)

    with pytest.raises(ValidationError, match="still held"):
        piloting.end(region_id=region.pk, by=manager, reason="They stopped.")
    assert to_applicants("pilot_ended") == []
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager)
    piloting.end(region_id=region.pk, by=manager, reason="They stopped.")
    with pytest.raises(IllegalMove):
        piloting.end(region_id=region.pk, by=manager, reason="Again.")

    (message,) = to_applicants("pilot_ended")
    assert message.to == lead_of(application).email
    assert "They stopped." in message.body


def test_letter_of_an_application_that_is_withdrawn_never_leaves() -> None:
    first, second = two()
    selection = decided({first: "selected", second: "not_selected"})

    withdrawing.withdraw(application_id=first.pk, by=person(Role.MANAGER), reason="They asked.")

    assert lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER)) == 1
    (about,) = Message.objects.filter(template="applications/email/not_selected").values_list(
        "about", flat=True
    )
    assert about == second.about


def test_region_is_shown_to_the_public_once_its_applicants_know() -> None:
    application = two()[0]
    selection = decided({application: "selected"})
    PilotRegion.objects.update(is_public=True)
    assert not PilotRegion.objects.public().exists()

    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    assert PilotRegion.objects.public().get().application == application


def test_selection_with_letters_that_left_can_be_decided_anew() -> None:
    application = two()[0]
    undone_by_two(told({application: "selected"}))

    again = told({application: "not_selected"})

    application.refresh_from_db()
    assert (application.status, again.status) == ("not_selected", "confirmed")
