"""Regions chosen on a map: by mouse, by keyboard, in the check without an account and in an application."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.applications.applicants import lead_of, open_call, started
from tests.journeys.test_application import PHONE, assert_good_at_every_width, log_in
from tests.support.browsing import open_without_script

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_map(page: Page, country: str) -> None:
    page.get_by_text("Choose on the map", exact=True).click()
    page.get_by_label("Country").select_option(country)
    expect(page.get_by_role("group", name=country)).to_be_visible()


def test_check_takes_regions_from_the_map_by_mouse(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "France")
    page.locator("[data-code=FRF11]").click()
    expect(page.get_by_role("checkbox", name="Bas-Rhin (FRF11), France")).to_be_checked()
    page.get_by_label("Country").select_option("Germany")
    page.locator("[data-code=DE134]").click()
    expect(page.locator("[data-code=DE134]")).to_have_attribute("aria-checked", "true")
    assert_good_at_every_width(page)
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_text("With these regions the partner rule is met.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Ortenaukreis (DE134), Germany")).to_be_checked()


def test_map_of_a_country_chosen_before_the_script_runs_is_drawn(page: Page) -> None:
    let_script_come = open_without_script(page, f"/calls/{open_call().slug}/check/", "regions")
    page.get_by_text("Choose on the map", exact=True).click()
    page.get_by_label("Country").select_option("France")
    expect(page.get_by_role("group", name="France")).to_have_count(0)

    let_script_come()

    expect(page.get_by_role("group", name="France")).to_be_visible()


def test_region_on_the_map_is_taken_back_by_a_second_click_and_by_its_box(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/?regions=FRF11")
    open_map(page, "France")
    region = page.locator("[data-code=FRF11]")
    expect(region).to_have_attribute("aria-checked", "true")
    region.click()
    box = page.get_by_role("checkbox", name="Bas-Rhin (FRF11), France")
    expect(box).not_to_be_checked()
    box.check()
    expect(region).to_have_attribute("aria-checked", "true")


def test_map_is_one_tab_stop_and_moved_over_by_the_arrow_keys(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "France")
    assert page.locator("svg [data-code][tabindex='0']").count() == 1
    page.get_by_label("Country").focus()
    page.keyboard.press("Tab")
    focused = page.locator("svg [data-code]:focus")
    expect(focused).to_have_count(1)
    # From wherever the map begins, eastwards until there is no more France: then to the Rhine.
    for _step in range(20):
        page.keyboard.press("ArrowRight")
    page.locator("[data-code=FRF12]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-code=FRF11]")).to_be_focused()
    expect(page.locator("[data-regions-said]")).to_have_text("Bas-Rhin (FRF11): not chosen")
    expect(page.locator(".map-ring[d]")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("[data-regions-said]")).to_have_text("Bas-Rhin (FRF11): chosen")
    expect(page.get_by_role("checkbox", name="Bas-Rhin (FRF11), France")).to_be_checked()
    # Enter chooses too, and does not send the form.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Haut-Rhin (FRF12), France")).to_be_checked()


def test_territory_takes_regions_from_the_map_and_saves_them_by_itself(page: Page) -> None:
    application = started()
    log_in(page, lead_of(application).email)
    page.goto(f"/applications/{application.public_id}/territory/")
    open_map(page, "Germany")
    page.locator("[data-code=DE134]").click()
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    assert list(application.units.values_list("pk", flat=True)) == ["DE134"]
    assert_good_at_every_width(page)
