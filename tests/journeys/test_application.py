"""An applicant from the call page to the receipt, in a real browser; accessible, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application
from core.accounts.models import User
from tests.applications.applying.test_documents import pdf_bytes
from tests.builders.applications import lead_of, started
from tests.builders.calls import open_call
from tests.support.browsing import assert_good_at_every_width, become
from tests.support.mailbox import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "ana@example.org"


def give_address_and_code(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.keyboard.press("Enter")
    code = page.get_by_label("Code")
    code.wait_for()
    code.fill(newest_code(email))
    page.keyboard.press("Enter")


def log_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    give_address_and_code(page, email)
    expect(page.get_by_role("link", name="Log in")).to_have_count(0)


def choose_region(page: Page, field: str, typed: str, name: str) -> None:
    """Type, wait for the offer, take it with the keyboard."""
    page.locator(field).fill(typed)
    expect(page.get_by_role("option", name=name)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def redirect_onwards(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").last.click()


def fill_territory(page: Page) -> None:
    page.get_by_label("Name of the cross-border territory").fill("Upper Rhine together")
    choose_region(page, "#id_units", "bas-rhin", "Bas-Rhin")
    choose_region(page, "#id_units", "ortenau", "Ortenaukreis")
    page.get_by_label("The territory and the people").fill("Two banks of one river.")
    page.get_by_label("Inhabitants").fill("1 200 000")
    assert_good_at_every_width(page)
    redirect_onwards(page)


def fill_partners(page: Page) -> None:
    for place, (name, typed, region) in enumerate(
        [("Eurodistrict", "bas-rhin", "Bas-Rhin"), ("Stadt Offenburg", "ortenau", "Ortenaukreis")]
    ):
        if place:
            page.get_by_role("button", name="Add a partner").click()
        row = page.get_by_role("group", name=f"Partner {place + 1}", exact=True)
        row.get_by_label("Organisation", exact=True).fill(name)
        row.get_by_label("Type of organisation").select_option(index=1)
        choose_region(page, f"#id_partners-{place}-unit", typed, region)
        row.get_by_label("Contact person").fill("Ana Muster")
        row.get_by_label("Contact e-mail").fill(EMAIL)
    page.get_by_label("Leads the partnership").first.check()
    page.get_by_label("Grouping of Territorial Cooperation").check()
    page.get_by_label("How the partners will decide").fill("We vote.")
    assert_good_at_every_width(page)
    redirect_onwards(page)


def fill_the_rest(page: Page) -> None:
    page.get_by_label("Health and care access").check()
    page.get_by_label("Why these challenges").fill("Doctors here, patients there.")
    page.get_by_label("What should be better").fill("One network of care.")
    redirect_onwards(page)
    page.get_by_label("Together, across the border").check()
    page.get_by_label("People and time").fill("Two people.")
    redirect_onwards(page)
    page.get_by_label("Area of expertise").select_option("clld-design")
    page.get_by_label("What the experts should help").fill("A strategy.")
    page.get_by_label("French", exact=True).check()
    page.get_by_label("Half-days of expert time").fill("4")
    page.get_by_label("First month").fill("2027-01")
    page.get_by_label("Last month").fill("2027-06")
    assert_good_at_every_width(page)
    redirect_onwards(page)


def test_applicant_goes_from_the_call_to_the_receipt(page: Page) -> None:
    call = open_call()
    page.goto(f"/calls/{call.slug}/")
    page.get_by_role("link", name="Start an application").click()
    give_address_and_code(page, EMAIL)
    page.get_by_role("button", name="Start application").click()
    expect(page.get_by_text("20 answers are missing")).to_be_visible()
    assert_good_at_every_width(page)

    page.get_by_role("link", name="Territory", exact=True).click()
    fill_territory(page)
    fill_partners(page)
    fill_the_rest(page)

    # Stored the moment it is chosen.
    page.get_by_label("Map of the territory").check()
    file = {"name": "Карта.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    page.get_by_label("File").set_input_files(file)
    expect(page.get_by_role("link", name="Карта.pdf", exact=True)).to_be_visible()
    assert_good_at_every_width(page)
    page.get_by_role("link", name="Continue to the next section").click()

    for label in (
        "Every partner is a legal entity",
        "I may apply on behalf of all partners",
        "The answers are true",
    ):
        page.get_by_label(label).check()
    redirect_onwards(page)
    expect(page.get_by_role("button", name="Submit application")).to_be_visible()
    assert_good_at_every_width(page)
    page.get_by_role("button", name="Submit application").click()

    expect(page.get_by_text("Your application has been submitted")).to_be_visible()
    assert_good_at_every_width(page)
    submission = Application.objects.get(call=call).submissions.get()
    expect(page.get_by_text(submission.sha256)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this version as a PDF").click()
    assert download.value.suggested_filename == f"{submission.application.reference}-v1.pdf"


def test_errors_are_shown_together_and_lead_to_their_fields(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/territory/")
    page.get_by_label("Inhabitants").fill("many")
    redirect_onwards(page)
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    assert_good_at_every_width(page)
    summary.get_by_role("link").press("Enter")
    expect(page.get_by_label("Inhabitants")).to_be_focused()
    expect(page.get_by_label("Inhabitants")).to_have_value("many")


def test_text_is_saved_while_one_types(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/challenges/")
    page.get_by_label("What should be better").press_sequentially("One network")
    # On the 24-hour clock, in English too.
    expect(page.locator("[data-save-state]")).to_have_text(re.compile(r"^Saved ([01]\d|2[0-3]):[0-5]\d\.$"))
    application.refresh_from_db()
    assert application.answers.get("ambition") == "One network"


def test_text_survives_a_lost_log_in_and_is_offered_to_nobody_else(page: Page) -> None:
    application = started()
    lead = lead_of(application)
    log_in(page, lead.email)
    address = f"/applications/{application.public_id}/challenges/"
    page.goto(address)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("What should be better").fill("Written while logged out")
    expect(page.locator("[data-save-state]")).to_contain_text("you are logged out")
    page.on("dialog", lambda dialog: dialog.accept())

    log_in(page, EMAIL)
    application.members.create(user=User.objects.get(email=EMAIL), role="edit")
    page.goto(address)
    expect(page.get_by_label("What should be better")).to_have_value("")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)

    page.context.clear_cookies(name="sessionid")
    log_in(page, lead.email)
    page.goto(address)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("What should be better")).to_have_value("Written while logged out")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Written while logged out"
