"""Regions chosen on a map: by mouse, by keyboard, in the check without an account and in an application."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.builders.applications import lead_of, started
from tests.builders.calls import open_call
from tests.support.browsing import (
    PHONE,
    assert_accessible,
    assert_good_at_every_width,
    become,
    open_without_script,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_map(page: Page, country: str) -> None:
    page.get_by_text("Choose on the map", exact=True).click()
    page.get_by_label("Country or border").select_option(country)
    expect(page.get_by_role("group", name=country)).to_be_visible()


def test_check_takes_regions_from_the_map_by_mouse(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "France")
    page.locator("[data-code=FRF11]").click()
    expect(page.get_by_role("checkbox", name="Bas-Rhin (FRF11), France")).to_be_checked()
    page.get_by_label("Country or border").select_option("Germany")
    page.locator("[data-code=DE134]").click()
    expect(page.locator("[data-code=DE134]")).to_have_attribute("aria-checked", "true")
    assert_good_at_every_width(page)
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_text("These regions meet the partner rule.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Ortenaukreis (DE134), Germany")).to_be_checked()


def test_map_of_a_country_chosen_before_the_script_runs_is_drawn(page: Page) -> None:
    let_script_come = open_without_script(page, f"/calls/{open_call().slug}/check/", "regions")
    page.get_by_text("Choose on the map", exact=True).click()
    page.get_by_label("Country or border").select_option("France")
    expect(page.get_by_role("group", name="France")).to_have_count(0)

    let_script_come()

    expect(page.get_by_role("group", name="France")).to_be_visible()


def test_map_shows_the_country_chosen_last_whichever_answer_comes_first(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    held: list[Route] = []
    page.route(re.compile(r"country=FR"), lambda route: held.append(route))
    page.get_by_text("Choose on the map", exact=True).click()
    with page.expect_request(re.compile(r"country=FR")):
        page.get_by_label("Country or border").select_option("France")
    page.get_by_label("Country or border").select_option("Germany")
    expect(page.get_by_role("group", name="Germany")).to_be_visible()

    with page.expect_event("requestfinished", lambda request: "country=FR" in request.url):
        held.pop().continue_()
    # What waits for the answer has had its turn.
    page.evaluate("new Promise((turn) => setTimeout(turn))")

    expect(page.get_by_role("group", name="Germany")).to_be_visible()
    expect(page.get_by_role("group", name="France")).to_have_count(0)


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
    page.get_by_label("Country or border").focus()
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
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/territory/")
    open_map(page, "Germany")
    page.locator("[data-code=DE134]").click()
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    assert list(application.units.values_list("pk", flat=True)) == ["DE134"]
    assert_good_at_every_width(page)


def test_map_shows_both_sides_of_a_border_at_once(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "Portugal – Spain")
    page.locator("[data-code=PT111]").click()
    page.locator("[data-code=ES114]").click()
    expect(page.get_by_role("checkbox", name="Alto Minho (PT111), Portugal")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Pontevedra (ES114), Spain")).to_be_checked()
    assert_good_at_every_width(page)

    page.get_by_role("button", name="Check").click()

    expect(page.get_by_text("These regions meet the partner rule.")).to_be_visible()


def test_regions_without_outlines_are_points_that_can_be_chosen(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "Andorra")
    expect(page.get_by_text("We have no outlines for the regions shown as points.")).to_be_visible()
    expect(page.locator("svg [data-code]")).to_have_count(7)
    page.locator("[data-code=AD-02]").click()
    expect(page.get_by_role("checkbox", name="Canillo (AD-02), Andorra")).to_be_checked()
    assert_good_at_every_width(page)


def test_region_outside_the_picture_is_chosen_from_the_list_beside_it(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    open_map(page, "France")
    overseas = page.get_by_role("checkbox", name="La Réunion (FRY40)", exact=True)
    overseas.focus()
    page.keyboard.press("Space")
    expect(overseas).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("checkbox", name="La Réunion (FRY40), France")).to_be_checked()


def spoken(page: Page) -> Locator:
    return page.locator(".combobox [role=status]")


def test_search_says_how_many_it_found_and_what_was_chosen(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    box = page.get_by_role("combobox", name="Name of a town, village or region")
    box.fill("Narva")
    expect(spoken(page)).to_have_text("3 results. Use the arrow keys to choose.")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Narva (town), Kirde-Eesti, Estonia")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(spoken(page)).to_have_text("Chosen: Kirde-Eesti (EE00A), Estonia")
    expect(page.get_by_role("checkbox", name="Kirde-Eesti (EE00A), Estonia")).to_be_checked()
    expect(box).to_have_value("")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("qwrtzp", "No place or region found."), ("Newry", "Newry (town), United Kingdom")],
)
def test_search_without_a_result_says_what_to_do_and_is_no_empty_list(
    page: Page, typed: str, said: str
) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    box = page.get_by_role("combobox", name="Name of a town, village or region")
    box.fill(typed)
    expect(page.locator(".suggestions p")).to_contain_text(said)
    expect(spoken(page)).to_contain_text(said)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("listbox")).to_have_count(0)
    assert_accessible(page)


def test_search_that_gets_no_answer_says_so(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    page.context.set_offline(True)
    page.get_by_role("combobox", name="Name of a town, village or region").fill("Narva")
    expect(spoken(page)).to_have_text("The search is not responding. Check your connection and try again.")


def test_name_of_a_country_leads_to_its_map_and_chooses_nothing(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    page.get_by_role("combobox", name="Name of a town, village or region").fill("Moldau")
    page.get_by_role("option", name="Moldova: choose from all its regions").click()
    expect(page.get_by_role("group", name="Moldova")).to_be_visible()
    expect(page.locator("[name=regions]:checked")).to_have_count(0)


def test_partner_is_found_by_its_town_and_a_country_lists_its_regions(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/partnership/")
    box = page.locator("input[data-region]").first
    box.fill("Andorra")
    page.get_by_role("option", name="Andorra: choose from all its regions").click()
    expect(page.locator("[role=option]")).to_have_count(7)
    page.keyboard.press("Escape")
    box.fill("Užhorod")
    page.get_by_role("option", name="Uzhhorod (town), Zakarpatska oblast, Ukraine").click()
    expect(box).to_have_value("Zakarpatska oblast (UA-21)")
    assert_good_at_every_width(page)
    expect(page.get_by_text("Place names: GeoNames (geonames.org), CC BY 4.0, modified.")).to_be_visible()


def test_partner_in_a_new_row_is_found_on_the_map_and_saved(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/partnership/")
    rows = page.locator("input[data-region]:not([name*=__prefix__])").count()
    page.get_by_role("button", name="Add a partner").click()
    expect(page.locator("input[data-region]:not([name*=__prefix__])")).to_have_count(rows + 1)
    # The button is for browsers without scripts, in new rows too.
    expect(page.get_by_role("button", name="Search")).to_have_count(0)

    field = page.locator("[data-region-field]").nth(rows)
    field.get_by_text("Choose on the map", exact=True).click()
    field.get_by_label("Country or border").select_option("Spain")
    field.locator("[data-code=ES114]").focus()
    page.keyboard.press("Space")

    expect(field.locator("input[data-region]")).to_have_value("Pontevedra (ES114)")
    expect(field.locator("[data-code=ES114]")).to_be_checked()
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    assert list(application.partners.values_list("unit", flat=True)) == ["ES114"]
    assert_good_at_every_width(page)


def test_country_comes_first_and_a_busy_network_is_told_to_wait(page: Page) -> None:
    page.goto(f"/calls/{open_call().slug}/check/")
    box = page.get_by_label("Name of a town, village or region")
    box.fill("Luxembourg")
    expect(page.locator("[role=option]").first).to_have_text("Luxembourg: choose from all its regions")

    told = '{"found": [], "note": "Wait a minute."}'
    page.route(re.compile(r"q=Tui"), lambda route: route.fulfill(status=429, body=told))
    box.fill("Tui")

    expect(page.get_by_text("Wait a minute.").first).to_be_visible()
