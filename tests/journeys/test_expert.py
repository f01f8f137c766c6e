"""An expert from the first page to the pool, in a real browser; every page accessible, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from experts import actions
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert
from tests.builders.experts import make_complete_expert, make_expert_at, next_months, pdf
from tests.builders.people import make_staff
from tests.journeys.test_application import give_address_and_code, log_in
from tests.support.browsing import assert_good_at_every_width, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "ana@example.org"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()


def test_newcomer_registers_from_the_first_page_to_the_receipt(page: Page) -> None:
    page.goto("/experts/")
    page.get_by_role("link", name="Register as an expert").click()
    page.get_by_role("link", name="Continue with my e-mail address").click()
    give_address_and_code(page, EMAIL)
    page.get_by_role("button", name="Start my profile").click()
    page.get_by_role("link", name="About you").click()

    page.get_by_label("Your name").fill("Ana Horvat")
    page.get_by_label("You in one line").fill("Rural development adviser")
    page.get_by_label("Your experience").fill("Fifteen years with local action groups.")
    page.get_by_label("Country where you live").select_option("SI")
    page.get_by_label("Region where you live").fill("Piran")
    page.get_by_role("option", name="Piran (town), Obalno-kraška, Slovenia").click()
    expect(page.get_by_label("Region where you live")).to_have_value("Obalno-kraška (SI044)")
    save(page)
    page.get_by_label("Language", exact=True).select_option("sl")
    page.get_by_label("Level").select_option("N")
    save(page)
    page.get_by_label("Area of expertise").select_option("clld-design")
    page.get_by_label("Level").select_option("3")
    save(page)
    page.get_by_label("Days per month").fill("2,5")
    page.get_by_role("button", name="Use for all months").click()
    save(page)
    page.get_by_label("Lead expert").check()
    save(page)
    save(page)
    page.get_by_label("CV", exact=True).set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="Upload file").click()
    page.get_by_role("link", name="Continue", exact=True).click()
    page.get_by_label("My profile is true and complete").check()
    page.get_by_label("My profile may be shown").check()
    save(page)
    page.get_by_role("button", name="Send my profile").click()

    expect(page.get_by_text("Your profile has been submitted.")).to_be_visible()
    expert = Expert.objects.get()
    assert expert.status == ExpertStatus.SUBMITTED
    assert expert.unit_id == "SI044"
    assert {row.half_days for row in expert.months.all()} == {5}
    assert expert.months.count() == len(next_months())


def test_choosing_a_country_chooses_no_home_region(page: Page) -> None:
    """The home region decides conflicts of interest: it is the one that the expert chose, or none."""
    expert = make_complete_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    page.get_by_label("Country where you live").select_option("AT")

    expect(page.locator("[data-save-state]")).to_contain_text("Saved")

    expect(page.get_by_label("Region where you live")).to_have_value("")
    expert.refresh_from_db()
    assert (expert.country_id, expert.unit_id) == ("AT", None)


# The sections of both forms in which something is chosen from a list.
SECTIONS_WITH_SELECTS = ("about", "languages", "expertise", "roles")
CHOSEN = """
    () => [...document.querySelectorAll("form select, form input[type=radio]")].map((field) =>
        field.type === "radio" ? field.checked : field.value)
"""


@pytest.mark.parametrize("section", SECTIONS_WITH_SELECTS)
def test_choosing_from_one_list_chooses_nothing_in_another(page: Page, section: str) -> None:
    become(page, make_complete_expert().user)
    page.goto(f"/experts/profile/{section}/")
    selects = page.locator("form select")
    for index in range(selects.count()):
        before = page.evaluate(CHOSEN)
        select = selects.nth(index)
        other = select.evaluate("field => [...field.options].find((o) => o.value && !o.selected).value")
        # Which of all fields it is: radio buttons are among them.
        place = select.evaluate(
            "field => [...document.querySelectorAll('form select, form input[type=radio]')].indexOf(field)"
        )
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            select.select_option(other)

        assert page.evaluate(CHOSEN) == [*before[:place], other, *before[place + 1 :]]


def test_public_pages_are_accessible(page: Page) -> None:
    for path in ("/experts/", "/experts/register/"):
        page.goto(path)
        assert_good_at_every_width(page)


def test_pages_of_a_complete_profile_are_accessible(page: Page) -> None:
    expert = make_complete_expert()
    log_in(page, expert.user.email)
    names = [
        "",
        "check/",
        "seen-by-regions/",
        "delete/",
        "withdraw/",
        *(f"{section}/" for section in ProfileSection),
    ]
    for name in names:
        page.goto(f"/experts/profile/{name}")
        assert_good_at_every_width(page)


@pytest.mark.parametrize("status", ["approved", "declined", "paused", "withdrawn"])
def test_profile_page_is_accessible_in_every_status(page: Page, status: str) -> None:
    become(page, make_expert_at(status).user)
    page.goto("/experts/profile/")
    assert_good_at_every_width(page)


def test_days_are_filled_across_without_javascript(browser: Any, live_server: Any) -> None:
    expert = make_complete_expert()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    become(page, expert.user)
    page.goto("/experts/profile/availability/")
    page.get_by_label("Days per month").fill("4")
    page.get_by_role("button", name="Use for all months").click()
    save(page)

    expect(page.get_by_text("Saved: Availability")).to_be_visible()
    assert {row.half_days for row in expert.months.all()} == {8}
    context.close()


def test_two_tabs_lose_nothing(page: Page) -> None:
    expert = make_complete_expert()
    become(page, expert.user)
    page.goto("/experts/profile/about/")
    other = page.context.new_page()
    other.goto("/experts/profile/about/")
    other.get_by_label("You in one line").fill("Written in the other tab")
    save(other)
    expect(other.get_by_text("Saved: About you")).to_be_visible()

    page.get_by_label("You in one line").fill("Written here")
    save(page)

    expect(page.get_by_role("radio", name="Use the saved version: Written in the other tab")).to_be_visible()
    assert_good_at_every_width(page)
    assert Expert.objects.get().headline == "Written in the other tab"
    page.get_by_role("radio", name="Keep my version").check()
    save(page)
    expect(page.get_by_text("Saved: About you")).to_be_visible()
    assert Expert.objects.get().headline == "Written here"


def test_refusal_is_accessible_and_leads_to_the_field(page: Page) -> None:
    expert = make_complete_expert()
    become(page, expert.user)
    page.goto("/experts/profile/availability/")
    page.locator(".months input").first.fill("99")
    save(page)

    expect(page.locator(".error-summary")).to_be_focused()
    assert_good_at_every_width(page)
    page.locator(".error-summary a").click()
    expect(page.locator(".months input").first).to_be_focused()


def test_staff_read_and_approve(page: Page, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    expert = make_complete_expert()
    actions.submit(expert_id=expert.pk, by=expert.user)
    make_staff(email="staff@oecd.example")
    log_in(page, "staff@oecd.example")

    page.goto("/admin/")
    page.get_by_role("link", name="experts waiting for approval").click()
    # A click may miss: the theme's icons move the row while their font arrives.
    page.get_by_role("link", name="Ana Horvat").press("Enter")
    expect(page.get_by_text("Fifteen years with local action groups.")).to_be_visible()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Profile approved. E-mail queued.")).to_be_visible()
    expert.refresh_from_db()
    assert expert.status == ExpertStatus.APPROVED
