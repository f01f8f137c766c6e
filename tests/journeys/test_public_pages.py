"""The public pages in a real browser: wide and narrow, light and dark, by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import PHONE, HouseRules, assert_accessible, assert_good_light_and_dark, learn_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = [
    "/",
    "/fr/",
    "/about/",
    "/contact/",
    "/privacy/",
    "/accessibility/",
    "/open-data/",
    "/demo/mail/",
    "/demo/components/",
    "/there-is-no-such-page/",
]


@pytest.fixture(autouse=True)
def _demo_pages_are_there(settings: Any) -> None:
    settings.DEMO_MODE = True


@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible_and_fits_every_width_light_and_dark(page: Page, path: str) -> None:
    learn_axe(page)

    assert_good_light_and_dark(page, path)


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_page_asks_for_few_files(page: Page, path: str) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(path)
    page.wait_for_load_state("networkidle")

    assert len(requests) <= 6


def test_keyboard_reaches_the_content_and_the_whole_navigation(page: Page) -> None:
    page.goto("/about/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    links = page.locator("nav.wide a")
    for _step in range(2 + links.count()):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('nav.wide .button')"):
            break
    assert page.evaluate("document.activeElement.textContent") == "Log in"


def test_skip_link_moves_to_the_content(page: Page) -> None:
    page.goto("/about/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_menu_on_a_phone_opens_by_keyboard(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    experts = page.locator(".menu a", has_text="Experts")
    assert not experts.is_visible()

    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")

    expect(experts).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_targets_on_a_phone_are_large_enough(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")

    small = page.evaluate(
        """[...document.querySelectorAll("header a, header summary, main .button, footer a")]
        .filter((target) => target.offsetParent && target.getBoundingClientRect().height < 24)
        .map((target) => target.textContent)"""
    )
    assert small == []


def test_refused_form_moves_to_its_summary_and_each_link_to_its_field(page: Page) -> None:
    page.goto("/demo/components/")
    page.get_by_role("button", name="Save and continue").last.click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("link", name="Where does the border run?").click()
    expect(page.locator("#id_side_0")).to_be_focused()


def test_row_is_added_without_a_request_and_its_field_has_the_focus(page: Page) -> None:
    page.goto("/demo/components/")
    page.get_by_label("Name of your organisation").fill("Grenzland e. V.")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.get_by_role("button", name="Add a language").click()

    expect(page.get_by_role("group", name="Language 2")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "languages-1-language"
    assert requests == []


def test_row_is_added_without_javascript(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/demo/components/")
    page.get_by_label("Name of your organisation").fill("Grenzland e. V.")

    page.get_by_role("button", name="Add a language").click()

    expect(page.get_by_role("group", name="Language 2")).to_be_visible()
    assert page.get_by_label("Name of your organisation").input_value() == "Grenzland e. V."
    assert page.locator(".error-summary").count() == 0
    context.close()


def test_counter_says_what_is_left(page: Page) -> None:
    page.goto("/demo/components/")
    page.get_by_label("What would you like to do together?").fill("x" * 290)
    assert page.locator("#id_vision_counter").inner_text() == "10 characters left"

    page.get_by_label("What would you like to do together?").fill("x" * 301)
    assert page.locator("#id_vision_counter").inner_text() == "1 character over the limit"


def test_deadline_is_shown_in_the_zone_of_the_reader_too(browser: Any, live_server: Any) -> None:
    context = browser.new_context(timezone_id="Europe/Athens")
    page = context.new_page()
    page.goto(f"{live_server.url}/demo/components/")

    deadline = page.locator(".deadline").inner_text()
    assert "10 April 2026, 17:00 (Brussels time)" in deadline
    assert "Your time: 10 April 2026 at 18:00 (Europe/Athens)" in deadline
    context.close()


def test_reader_in_brussels_sees_the_deadline_once(page: Page) -> None:
    page.goto("/demo/components/")

    assert page.locator(".local-time").count() == 0


def test_request_to_another_host_is_noticed_and_goes_nowhere(browser: Any, live_server: Any) -> None:
    context = browser.new_context()
    rules = HouseRules(context, live_server.url)
    page = context.new_page()

    with page.expect_event("requestfailed"):
        page.set_content('<img src="http://elsewhere.example/spy.png" alt="">')

    assert rules.broken == ["request to another host: http://elsewhere.example/spy.png"]
    context.close()
