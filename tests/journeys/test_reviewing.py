"""Reviewers in balance and the score sheet in a real browser: by keyboard, saved by itself, accessible."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Review
from core.accounts.enums import Role
from core.calculations import tasks
from tests.builders.applications import DOUBTFUL, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.journeys.test_staff import press, url
from tests.support.browsing import (
    become,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    turn_light_and_wide,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_reviewers_are_assigned_in_balance(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.compute_due, "delay", lambda: None)
    call = closed_call(reviews_wanted=1)
    applications = [eligible(call) for _number in range(2)]
    for name in ("Ana Reviewer", "Ben Reviewer"):
        person(Role.REVIEWER, name=name)
    become(page, person(Role.MANAGER))

    page.goto(url("application"))
    page.get_by_role("link", name="Assign reviewers automatically").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Call", exact=True).select_option(str(call.pk))
    page.get_by_role("button", name="Show proposal").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Being calculated")).to_be_visible()
    learn_axe(page)
    assert grave_findings(page) == []
    page.get_by_label("Reviews per application").fill("1")
    tasks.compute_due()
    expect(page.get_by_role("heading", name="Proposed assignments")).to_be_visible()
    expect(page.get_by_label("Reviews per application")).to_have_value("1")
    assert Review.objects.count() == 0
    page.get_by_role("button", name="Save 2 assignments").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 reviews assigned; 2 reviewers will be told.").first).to_be_visible()
    assert set(Review.objects.values_list("application", flat=True)) == {a.pk for a in applications}


def press_where_it_stands(page: Page, name: str) -> None:
    """Press a button as a hand does: what the press itself changes must not move it away."""
    button = page.get_by_role("button", name=name, exact=True)
    page.locator(".staff-sheet").evaluate("sheet => sheet.scrollTo(0, sheet.scrollHeight)")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    before = button.bounding_box()
    assert before
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 3)
    page.mouse.down()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert button.bounding_box() == before
    page.mouse.up()


def test_score_sheet_saves_itself_and_a_second_tab_overwrites_nothing(page: Page) -> None:
    review = scoring(eligible(closed_call()))
    address = url("review", "score", review.pk)
    become(page, review.reviewer)
    page.goto(address)
    other = page.context.new_page()
    other.goto(page.url)

    page.get_by_label("Overall comment").fill("Both sides are on board.")
    expect(page.locator("[data-save-state]")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))
    review.refresh_from_db()
    assert review.comment == "Both sides are on board."

    other.get_by_label("Overall comment").fill("Written on an older page.")
    expect(other.locator("[data-save-state]")).to_contain_text("Not saved: Overall comment: changed")
    press_where_it_stands(other, "Save")
    expect(other.get_by_text("changed on another page.").first).to_be_visible()
    review.refresh_from_db()
    assert review.comment == "Both sides are on board."
    other.get_by_label("Keep my version").check()
    press(other, "Save")
    expect(other.get_by_text("Saved.").first).to_be_visible()
    review.refresh_from_db()
    assert review.comment == "Written on an older page."


def test_score_sheet_keeps_the_text_on_the_device_when_the_log_in_is_gone(page: Page) -> None:
    review = scoring(eligible(closed_call()))
    become(page, review.reviewer)
    page.goto(url("review", "score", review.pk))

    page.context.clear_cookies()
    page.get_by_label("Overall comment").fill("Written after the log-in was gone.")
    expect(page.locator("[data-save-state]")).to_contain_text("you are logged out")
    page.on("dialog", lambda dialog: dialog.accept())
    become(page, review.reviewer)
    page.goto(url("review", "score", review.pk))
    press(page, "Restore")

    expect(page.locator("[data-save-state]")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))
    review.refresh_from_db()
    assert review.comment == "Written after the log-in was gone."


def staged() -> dict[str, tuple[object, str, str]]:
    """Who opens which page, and which button is pressed there before it is judged."""
    call = closed_call()
    first, second = eligible(call), eligible(call)
    done, review = scored(first, 5, 5), scoring(second)
    doubtful = submitted(call, units=DOUBTFUL)
    manager = person(Role.MANAGER)
    balance = url("application", "balance")
    return {
        "balance": (manager, balance, ""),
        "proposal": (manager, f"{balance}?call={call.pk}", "Show proposal"),
        "proposal refused": (manager, balance, "Show proposal"),
        "verdict against a check": (manager, url("application", "decide_one", doubtful.pk, "eligible"), ""),
        "reminder": (manager, url("review", "decide_one", review.pk, "remind"), ""),
        "reminder of all": (manager, url("review", "decide_many", "remind-all"), ""),
        "final review": (done.reviewer, url("review", "change", done.pk), ""),
        "score sheet refused": (review.reviewer, url("review", "score", review.pk), "Submit review (final)"),
        "conflict": (review.reviewer, url("review", "decide_one", review.pk, "conflict"), ""),
    }


def test_pages_of_reviewing_are_accessible_wide_and_narrow_light_and_dark(page: Page) -> None:
    learn_axe(page)
    found = []
    for user, address, button in staged().values():
        become(page, user)
        turn_light_and_wide(page)
        page.goto(address)
        if button:
            with page.expect_navigation():
                press(page, button)
        found += grave_findings(page) + findings_dark_and_narrow(page)
    assert found == [], "\n".join(found)
