"""What an applicant types is never lost: without network, by the back button, with others on one machine."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from applications.models import Application
from tests.builders.applications import answer, lead_of, member, ready, started
from tests.journeys.test_application import log_in
from tests.support.browsing import assert_good_at_every_width, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AMBITION = "What should be better"
TITLE = "Name of the cross-border territory"


def page_of(application: Application, rest: str = "") -> str:
    return f"/applications/{application.public_id}/{rest}"


def state_of(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def put_back(page: Page) -> Locator:
    return page.get_by_role("button", name="Restore")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()


def test_text_typed_without_network_is_saved_by_itself_when_the_network_is_back(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "challenges/"))
    page.context.set_offline(True)
    page.get_by_label(AMBITION).fill("Written on the train")
    expect(state_of(page)).to_have_text("Not saved: no connection. Your text is kept on this device.")

    page.context.set_offline(False)

    # Nothing more is typed, and nobody waits for the next try.
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Written on the train"
    page.reload()
    expect(page.get_by_label(AMBITION)).to_have_value("Written on the train")
    expect(put_back(page)).to_have_count(0)


def test_text_typed_while_a_save_is_on_its_way_is_not_forgotten(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "challenges/"))
    on_their_way: list[Route] = []
    page.route(re.compile("challenges/$"), lambda route: on_their_way.append(route))
    with page.expect_request(re.compile("challenges/$")):
        page.get_by_label(AMBITION).fill("Typed first")
    page.get_by_label(AMBITION).press_sequentially(", then more")

    with page.expect_response(re.compile("challenges/$")):
        on_their_way.pop(0).continue_()

    # The second save is still held, or not even sent.
    expect(state_of(page)).not_to_contain_text("Saved")
    assert ", then more" in page.evaluate("Object.values(localStorage).join()")
    page.unroute_all()
    for late in on_their_way:
        late.continue_()
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Typed first, then more"


def test_text_typed_without_network_is_offered_back_to_its_author_only(page: Page) -> None:
    """The page was left before the network came back; a colleague logs in on the same machine."""
    application = started()
    ana, ben = lead_of(application), member(application, "edit")
    log_in(page, ana.email)
    page.goto(page_of(application, "challenges/"))
    page.route(re.compile("challenges/$"), lambda route: route.abort())
    page.get_by_label(AMBITION).fill("Ana's hour of typing")
    expect(state_of(page)).to_contain_text("no connection")
    page.unroute_all()
    page.context.clear_cookies()
    page.once("dialog", lambda dialog: dialog.accept())

    log_in(page, ben.email)
    page.goto(page_of(application, "challenges/"))
    expect(page.get_by_label(AMBITION)).to_have_value("")
    expect(put_back(page)).to_have_count(0)
    assert "Ana's hour of typing" not in page.content()

    page.context.clear_cookies()
    log_in(page, ana.email)
    page.goto(page_of(application, "challenges/"))
    assert_good_at_every_width(page)
    put_back(page).click()
    expect(page.get_by_label(AMBITION)).to_have_value("Ana's hour of typing")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Ana's hour of typing"


def test_partner_rows_typed_without_network_are_put_back_too(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "partnership/"))
    page.route(re.compile("partnership/$"), lambda route: route.abort())
    page.locator("#id_partners-0-name").fill("Eurodistrict")
    page.get_by_role("button", name="Add a partner").click()
    page.locator("#id_partners-1-name").fill("Stadt Offenburg")
    expect(state_of(page)).to_contain_text("no connection")
    page.unroute_all()
    page.once("dialog", lambda dialog: dialog.accept())

    page.goto(page_of(application, "partnership/"))
    put_back(page).click()

    expect(page.locator("#id_partners-1-name")).to_have_value("Stadt Offenburg")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    assert {partner.name for partner in application.partners.all()} == {"Eurodistrict", "Stadt Offenburg"}


def test_text_typed_just_before_leaving_is_offered_after_the_back_button(page: Page) -> None:
    """The browser may keep nothing of the page, so the text is not in its fields any more."""
    application = started()
    become(page, lead_of(application))
    page.on("dialog", lambda dialog: dialog.accept())
    answer_of_page = page.goto(page_of(application, "challenges/"))
    assert answer_of_page.headers["cache-control"] == "private, no-store"
    page.context.set_offline(True)
    page.get_by_label(AMBITION).fill("Just before leaving")
    page.context.set_offline(False)
    page.goto("/about/")

    page.go_back()

    kept = page.get_by_label(AMBITION)
    if kept.input_value() != "Just before leaving":
        put_back(page).click()
    expect(kept).to_have_value("Just before leaving")


def test_submitting_again_by_the_back_button_is_one_version_and_shows_its_receipt(page: Page) -> None:
    application = ready()
    become(page, lead_of(application))
    page.goto(page_of(application, "check/"))
    submit = page.get_by_role("button", name="Submit application")
    submit.click()
    expect(page.get_by_text("Your application has been submitted")).to_be_visible()

    page.go_back()
    submit.click()

    expect(page.get_by_text("Nothing has changed since this version, so it still counts.")).to_be_visible()
    version = application.submissions.get()
    expect(page.get_by_text(version.sha256)).to_be_visible()
    assert [a.outcome for a in application.attempts.order_by("pk")] == ["accepted", "unchanged"]


def test_back_button_shows_what_was_saved_and_its_page_saves_again(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "territory/"))
    page.get_by_label(TITLE).fill("Upper Rhine")
    save(page)
    expect(page.get_by_role("heading", name="Partnership", level=1)).to_be_visible()

    page.go_back()

    expect(page.get_by_label(TITLE)).to_have_value("Upper Rhine")
    expect(put_back(page)).to_have_count(0)
    page.get_by_label(TITLE).fill("Upper Rhine for ever")
    save(page)
    expect(page.get_by_role("heading", name="Partnership", level=1)).to_be_visible()
    application.refresh_from_db()
    assert application.title == "Upper Rhine for ever"


def test_page_with_an_error_says_one_thing_and_can_be_gone_back_to(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "territory/"))
    # As pasted from a word processor, with a mark that nobody sees and the portal does not keep.
    page.get_by_label(TITLE).fill("Upper\u200b Rhine")
    page.get_by_label("Inhabitants").fill("many")
    save(page)

    expect(page.get_by_text("Everything else on this page has been saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(page_of(application, ""))
    page.go_back()
    expect(page.get_by_label("Inhabitants")).to_have_value("many")
    expect(page.get_by_role("link", name="Inhabitants: Enter a whole number.")).to_be_visible()
    page.get_by_label("Inhabitants").fill("5")
    save(page)
    expect(page.get_by_role("heading", name="Partnership", level=1)).to_be_visible()


def test_page_reached_by_the_back_button_overwrites_nobody(page: Page) -> None:
    application = started()
    ben = member(application, "edit")
    become(page, lead_of(application))
    page.goto(page_of(application, "territory/"))
    page.get_by_label(TITLE).fill("Ana's")
    save(page)
    expect(page.get_by_role("heading", name="Partnership", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_label(TITLE)).to_have_value("Ana's")
    answer(application, {"title": "Ben's"}, by=ben)

    page.get_by_label(TITLE).fill("Ana's again")
    save(page)

    choice = page.get_by_role("group", name=f"{ben.get_short_name()} has saved a different answer.")
    expect(choice.get_by_label("Use the saved version: Ben's")).to_be_visible()
    expect(page.get_by_label(TITLE, exact=True)).to_have_value("Ana's again")
    assert_good_at_every_width(page)
    application.refresh_from_db()
    assert application.title == "Ben's"
    choice.get_by_label("Keep my version").check()
    save(page)
    expect(page.get_by_role("heading", name="Partnership", level=1)).to_be_visible()
    application.refresh_from_db()
    assert application.title == "Ana's again"


def test_page_with_an_error_that_was_corrected_shows_what_is_saved_after_reload_and_back(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "challenges/"))
    page.get_by_label(AMBITION).fill("long " * 1000)
    save(page)
    expect(page.get_by_role("link", name="Shorten this")).to_be_visible()
    page.get_by_label(AMBITION).fill("Short by now")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))

    page.reload()
    expect(page.get_by_label(AMBITION)).to_have_value("Short by now")
    page.get_by_label(AMBITION).fill("Shorter")
    expect(state_of(page)).to_have_text(re.compile(r"^Saved \d"))
    page.get_by_label(AMBITION).fill("Short")
    save(page)
    expect(page.get_by_text("Saved: Challenges")).to_be_visible()

    page.go_back()
    expect(page.get_by_label(AMBITION)).to_have_value("Short")
    expect(page.locator(".kept, .notice, .error-summary")).to_have_count(0)
