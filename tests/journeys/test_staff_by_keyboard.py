"""The staff's pages by keyboard alone: every control is reached by Tab and used by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from applications.selecting.actions import confirming, selecting
from core.accounts.enums import Role
from core.files.models import PreparedFile
from matching.models import Reservation
from tests.applications.reviewing.test_criteria_import import GOOD, HEADER, csv_file
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored
from tests.builders.selections import drafted, proposed
from tests.journeys.test_application_by_keyboard import Keyboard
from tests.journeys.test_staff import url
from tests.support.browsing import become
from tests.support.mailbox import beside_receipts
from tests.support.matching_pages import url as matching_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keys(page: Page, settings) -> Keyboard:
    """The keyboard of a manager."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    become(page, person(Role.MANAGER))
    return Keyboard(page)


def test_best_portfolio_is_tried_saved_and_compared(keys: Keyboard) -> None:
    page, call = keys.page, closed_call()
    best, second = eligible(call), eligible(call)
    scored(best, 5, 5)
    scored(second, 2, 2)
    drafted(call, {second: "selected"})
    scenario = selecting.start(call_id=call.pk, by=person(Role.MANAGER), title="By keys")
    page.goto(url("selection", "board", scenario.pk))

    keys.press("Find the best portfolio", "link")
    keys.answer("Maximum per border", "1")
    keys.press("Find the best portfolio")
    # The first answer of a process waits for the solver library to load.
    expect(page.get_by_text("Proven: no other portfolio")).to_be_visible()
    keys.press("Open on the board without saving", "link")
    expect(page.get_by_label(f"Outcome {best.reference}")).to_have_value("selected")
    keys.reach(page.get_by_label(f"Outcome {second.reference}"))
    page.keyboard.type("Reserve")
    keys.answer(f"Reserve list position {second.reference}", "1")
    keys.press("Save the scenario")
    expect(page.get_by_text("Scenario saved.")).to_be_visible()
    keys.press("Compare", "link")
    keys.tick(page.get_by_label("Selection ·"))
    keys.press("Compare")

    expect(page.get_by_role("columnheader", name="By keys")).to_be_visible()
    assert dict(scenario.entries.values_list("application", "outcome")) == {
        best.pk: "selected",
        second.pk: "reserve",
    }


def test_letter_is_edited_one_held_and_the_other_released(keys: Keyboard) -> None:
    page, call = keys.page, closed_call()
    edited, kept = eligible(call), eligible(call)
    selection = proposed(call, {edited: "selected", kept: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    letter, held = (beside_receipts().get(about=row.about) for row in (edited, kept))
    page.goto(url("selection", "letters", selection.pk))

    keys.reach(page.locator("summary").filter(has_text=letter.subject))
    page.keyboard.press("Enter")
    expect(page.get_by_text(edited.title).first).to_be_visible()
    keys.press(f"Edit {edited.reference}", "link")
    keys.write(page.locator("#id_body"), "Welcome to IMPACT. ")
    keys.press("Save the letter")
    expect(page.get_by_text("Letter changed.")).to_be_visible()
    page.goto(url("selection", "change", selection.pk))
    keys.press("Release letters", "link")
    keys.tick(page.get_by_label(held.to))
    keys.press("Release letters")

    expect(page.get_by_text("1 letter is on its way.")).to_be_visible()
    letter.refresh_from_db()
    held.refresh_from_db()
    assert "Welcome to IMPACT." in letter.body
    assert (letter.status != "held", held.status) == (True, "held")


def test_dossier_is_asked_for(keys: Keyboard) -> None:
    page, call = keys.page, closed_call()
    eligible(call)
    page.goto(url("call", "change", call.pk))

    keys.press("Create dossier (PDF)", "link")
    keys.tick(page.get_by_label("Include reviewers’ names"))
    keys.press("Create dossier (PDF)")

    expect(page.get_by_text("The dossier is being prepared.")).to_be_visible()
    assert PreparedFile.objects.get().parameters["contents"]["names_reviewers"] is True


def test_criteria_are_imported(keys: Keyboard) -> None:
    page, call = keys.page, closed_call()
    page.goto(url("call", "criteria", call.pk))

    with page.expect_file_chooser() as chooser:
        keys.reach(page.get_by_label("File"))
        page.keyboard.press("Enter")
    file = csv_file([HEADER, *GOOD])
    chooser.value.set_files({"name": file.name, "mimeType": "text/csv", "buffer": file.read()})
    keys.press("Preview changes")
    expect(page.get_by_role("rowheader", name="New")).to_be_visible()
    keys.press("Import these criteria")

    expect(page.get_by_role("navigation", name="Decisions")).to_be_visible()
    assert list(call.criteria.values_list("code", "weight")) == [("need", 50), ("reach", 50)]


def test_capacity_is_kept_back(keys: Keyboard) -> None:
    page = keys.page
    page.goto(matching_url("reservation"))

    keys.press("Reserve capacity", "link")
    keys.choose_first(page.get_by_label("Reserve for"))
    keys.answer("Days per month (optional)", "2.5")
    keys.answer("Reason", "For the spring call")
    keys.press("Reserve capacity")

    expect(
        page.get_by_text("Capacity reserved. Future runs will not use it until somebody releases it.")
    ).to_be_visible()
    assert Reservation.objects.get().half_days == 5
