"""What an expert types is never lost: saved by itself, kept on the device, offered back to nobody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from experts.kinds import month_in_words
from experts.models import Expert
from tests.builders.experts import make_expert, make_expert_at, next_months
from tests.journeys.test_expert import log_in, save
from tests.support.browsing import PHONE, WIDE, assert_accessible, assert_good_at_every_width, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADLINE = "You in one line"


def state_of(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def test_draft_saves_itself_and_says_so(page: Page) -> None:
    expert = make_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")

    page.get_by_label(HEADLINE).press_sequentially("Adviser")

    expect(state_of(page)).to_have_text(re.compile(r"^Saved ([01]\d|2[0-3]):[0-5]\d\.$"))
    assert Expert.objects.get().headline == "Adviser"
    page.reload()
    expect(page.get_by_label(HEADLINE)).to_have_value("Adviser")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)
    assert_good_at_every_width(page)


def test_text_typed_without_network_is_offered_back_to_its_author_only(page: Page) -> None:
    ana, ben = make_expert(), make_expert()
    log_in(page, ana.user.email)
    page.goto("/experts/profile/about/")
    page.context.set_offline(True)
    page.get_by_label(HEADLINE).press_sequentially("Adviser")
    expect(state_of(page)).to_contain_text("no connection")
    # Before the network is back, or the page would save by itself.
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.once("dialog", lambda dialog: dialog.accept())

    log_in(page, ben.user.email)
    page.goto("/experts/profile/about/")
    expect(page.get_by_label(HEADLINE)).to_have_value("")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)

    page.context.clear_cookies()
    log_in(page, ana.user.email)
    page.goto("/experts/profile/about/")
    assert_good_at_every_width(page)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label(HEADLINE)).to_have_value("Adviser")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    ana.refresh_from_db()
    assert ana.headline == "Adviser"


def test_text_typed_after_the_log_in_ended_is_kept(page: Page) -> None:
    expert = make_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    page.context.clear_cookies()

    page.get_by_label(HEADLINE).press_sequentially("Adviser")

    expect(state_of(page)).to_contain_text("you are logged out")
    page.once("dialog", lambda dialog: dialog.accept())
    log_in(page, expert.user.email)
    page.goto("/experts/profile/about/")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label(HEADLINE)).to_have_value("Adviser")


def test_rows_that_the_page_does_not_have_are_put_back_too(page: Page) -> None:
    expert = make_expert()
    become(page, expert.user)
    page.goto("/experts/profile/languages/")
    page.get_by_label("Language", exact=True).select_option("sl")
    page.get_by_label("Level").select_option("N")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    page.get_by_role("button", name="Add a language").click()
    page.context.set_offline(True)
    page.locator("#id_languages-1-language").select_option("en")
    page.locator("#id_languages-1-level").select_option("C1")
    expect(state_of(page)).to_contain_text("no connection")
    # Shut before the network is back, or the page would save by itself.
    context = page.context
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto("/experts/profile/languages/")
    page.get_by_role("button", name="Restore").click()

    expect(page.locator("#id_languages-1-level")).to_have_value("C1")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    assert [str(row) for row in expert.languages.all()] == ["Slovenian N", "English C1"]


def test_approved_profile_changes_only_by_the_button_and_its_text_is_kept(page: Page) -> None:
    expert = make_expert_at("approved")
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    page.get_by_label(HEADLINE).fill("Senior adviser")
    expect(state_of(page)).to_contain_text("so it only changes when you save.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Restore").click()
    assert not Expert.objects.filter(headline="Senior adviser").exists()

    save(page)

    expect(page.get_by_text("Saved: About you")).to_be_visible()
    expert.refresh_from_db()
    assert expert.headline == "Senior adviser"
    page.goto("/experts/profile/about/")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


def test_save_pressed_while_it_saves_itself_is_no_conflict(page: Page) -> None:
    expert = make_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    held: list[Route] = []
    page.route(
        "**/profile/about/",
        lambda route: held.append(route) if "x-autosave" in route.request.headers else route.continue_(),
    )
    page.get_by_label(HEADLINE).fill("Advi")
    expect(state_of(page)).to_have_text("Saving…")
    page.get_by_label(HEADLINE).fill("Adviser")
    save(page)
    held[0].continue_()

    expect(page.get_by_text("Saved: About you")).to_be_visible()
    expert.refresh_from_db()
    assert expert.headline == "Adviser"


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "desktop"])
def test_months_are_filled_by_keyboard_alone(page: Page, size: dict[str, int]) -> None:
    expert = make_expert()
    page.set_viewport_size(size)
    become(page, expert.user)
    page.goto("/experts/profile/availability/")
    page.get_by_label("Days per month").focus()

    page.keyboard.type("2,5")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Filled in.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".months input").first).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Saved: Availability")).to_be_visible()
    first, *others = [row.half_days for row in expert.months.all()]
    assert (first, set(others)) == (8, {5})


def test_month_grid_fits_a_phone_and_names_every_month(page: Page) -> None:
    expert = make_expert()
    page.set_viewport_size({"width": 360, "height": 740})
    become(page, expert.user)
    page.goto("/experts/profile/availability/")
    inputs = [page.get_by_label(month_in_words(month), exact=True) for month in next_months()]

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page)
    for field in inputs:
        box = field.bounding_box()
        assert box
        assert (box["x"] >= 0, box["x"] + box["width"] <= 360, box["height"] >= 24) == (True, True, True)
    inputs[0].fill("1")
    inputs[0].press("Tab")
    expect(inputs[1]).to_be_focused()
    page.get_by_label("Days per month").fill("2.5")
    page.get_by_role("button", name="Use for empty months").click()

    expect(page.get_by_role("status").filter(has_text="Filled in.")).to_be_visible()
    assert [field.input_value() for field in inputs] == ["1", *["2.5"] * (len(inputs) - 1)]
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d\.$"))
    assert [row.half_days for row in expert.months.all()] == [2, *[5] * (len(inputs) - 1)]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page)


def test_two_tabs_that_save_themselves_lose_nothing(page: Page) -> None:
    expert = make_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    other = page.context.new_page()
    other.goto("/experts/profile/about/")
    other.get_by_label(HEADLINE).fill("Written in the other tab")
    expect(state_of(other)).to_have_text(re.compile(r"^Saved \d"))

    page.get_by_label(HEADLINE).fill("Written here")
    page.get_by_label("Your experience").fill("Fifteen years")
    expect(state_of(page)).to_contain_text("changed on another page")
    assert Expert.objects.filter(
        headline="Written in the other tab", answers__biography="Fifteen years"
    ).exists()
    save(page)

    expect(page.get_by_role("alert").first).to_contain_text("Two versions of an answer")
    expect(page.locator("mark")).to_have_text(["here", "in the other tab"])
    assert_accessible(page)
    page.get_by_label("Use the saved version: Written in the other tab").check()
    save(page)
    expect(page.get_by_text("Saved: About you")).to_be_visible()
    assert Expert.objects.filter(headline="Written in the other tab").exists()
