"""What scripts do for typed text on every page: kept on the device, offered again, spoken of seldom."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Request, Route, expect

from applications.models import Application
from tests.builders.applications import lead_of, member, ready, started, submit
from tests.builders.calls import open_call
from tests.builders.people import person_with_every_role
from tests.journeys.test_application import log_in
from tests.support.browsing import assert_good_at_every_width, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AMBITION = "What should be better"
LISTEN = """
window.heard = [];
const watch = () => new MutationObserver((changes) => {
  const elements = changes.map(({ target }) => (target.closest ? target : target.parentElement));
  const places = elements.map((element) => element?.closest("[role=status], [role=alert]"));
  const texts = new Set(places.filter(Boolean).map((place) => place.textContent.trim()).filter(Boolean));
  texts.forEach((text) => window.heard.push(text));
}).observe(document.body, { childList: true, subtree: true, characterData: true });
document.addEventListener("DOMContentLoaded", watch);
"""


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


# Waits until the device has kept a text.
KEPT = """async (text) => {
  const isKept = () => Object.values(localStorage).join().includes(text);
  while (!isKept()) await new Promise((next) => setTimeout(next, 50));
}"""


# Whether the browser would ask somebody who leaves the page now.
ASKS_BEFORE_LEAVING = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
# A copy of another person of this browser, of before and of now.
KEEP_OF_OTHERS = """() => {
  const copy = { path: "/", typed: [["reason", "Text of others"]] };
  localStorage.setItem("impact:999999:form/#0", JSON.stringify({ ...copy, at: Date.now() - 31 * 86400000 }));
  localStorage.setItem("impact:999998:form/#0", JSON.stringify({ ...copy, at: Date.now() }));
}"""


def page_of(application: Application, rest: str = "") -> str:
    return f"/applications/{application.public_id}/{rest}"


def state_of(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").last.click()


def is_sent_by_button(request: Request) -> bool:
    return request.method == "POST" and request.is_navigation_request()


def restore(page: Page) -> Locator:
    return page.get_by_role("button", name="Restore")


def test_button_pressed_without_network_leaves_the_text_where_it_is(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    address = page_of(application, "challenges/")
    page.goto(address)
    page.context.set_offline(True)
    page.get_by_label(AMBITION).fill("Written on the train")

    save(page)

    expect(state_of(page)).to_have_text("Not saved: no connection. Your text is kept on this device.")
    expect(page.get_by_label(AMBITION)).to_have_value("Written on the train")
    assert page.url.endswith(address)
    page.context.set_offline(False)
    # Pressed twice while a slow network answers: it is sent once, and one is told why nothing happens.
    slow: list[Route] = []
    page.route(f"**{reverse('health_live')}", lambda route: slow.append(route))
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if is_sent_by_button(request) else None)
    save(page)
    expect(page.get_by_text("Checking the connection…")).to_be_visible()
    save(page)
    assert len(slow) == 1
    slow[0].continue_()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Challenges")
    assert len(posted) == 1
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Written on the train"


def test_three_sentences_are_spoken_of_once_and_their_state_is_in_sight(page: Page) -> None:
    application = started()
    page.add_init_script(LISTEN)
    become(page, lead_of(application))
    page.goto(page_of(application, "challenges/"))
    field = page.get_by_label(AMBITION)

    for sentence in ("Doctors for both banks. ", "One ticket for all trains. ", "Schools that share."):
        field.press_sequentially(sentence)
        expect(state_of(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d\.$"))

    # The counter of characters speaks for itself.
    heard = [text for text in page.evaluate("heard") if "haracters" not in text]
    assert heard == ["Saved."]
    page.set_viewport_size({"width": 390, "height": 600})
    field.scroll_into_view_if_needed()
    expect(state_of(page)).to_be_in_viewport()


def test_save_with_an_error_offers_nothing_to_restore(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "territory/"))
    page.get_by_label("Inhabitants").fill("many")
    page.get_by_label("The territory and the people").fill("  Two banks\nof one river.  ")
    expect(state_of(page)).to_contain_text("Not saved: Inhabitants: Enter a whole number.")
    assert page.evaluate(ASKS_BEFORE_LEAVING)

    save(page)

    expect(page.get_by_role("alert").first).to_contain_text("Enter a whole number.")
    assert page.title().startswith("Error:")
    expect(page.get_by_label("Inhabitants")).to_have_value("many")
    expect(restore(page)).to_have_count(0)
    # Gone without mending it: the wrong answer is still on this device.
    page.goto("/about/")
    page.goto(page_of(application, "territory/"))
    restore(page).click()
    expect(page.get_by_label("Inhabitants")).to_have_value("many")


def test_text_of_somebody_who_was_removed_is_not_lost(page: Page) -> None:
    application = started()
    ben = member(application, "edit")
    become(page, ben)
    page.goto(page_of(application, "challenges/"))
    application.members.filter(user=ben).delete()

    page.get_by_label(AMBITION).fill("Ben's hour of typing")

    expect(state_of(page)).to_contain_text("you no longer have access to this page")
    save(page)
    # By the label of its field.
    expect(page.locator(".typed").get_by_label(AMBITION)).to_have_value("Ben's hour of typing")
    # Later, too: all that he has is this device.
    page.goto("/about/")
    page.goto(page_of(application, "challenges/"))
    expect(page.get_by_label("Unsaved text that you typed on this page:")).to_have_value(
        "Ben's hour of typing"
    )
    assert_good_at_every_width(page)


def test_reason_typed_on_any_page_survives_a_reload_and_goes_when_it_arrived(page: Page) -> None:
    """An applicant's page, and one of the administration: forms that do not save themselves."""
    application = ready(open_call())
    submit(application)
    manager = person_with_every_role()
    become(page, lead_of(application))
    withdraw = page_of(application, "withdraw/")
    page.goto(withdraw)
    page.get_by_label("Reason").press_sequentially("Our partner has left.")
    page.evaluate(KEPT, "has left.")
    page.evaluate(KEEP_OF_OTHERS)
    page.reload()
    assert [key for key in page.evaluate("Object.keys(localStorage)") if "99999" in key] == [
        "impact:999998:form/#0"
    ]
    assert_good_at_every_width(page)
    restore(page).click()
    expect(page.get_by_label("Reason")).to_have_value("Our partner has left.")
    page.context.set_offline(True)
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Withdraw application").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent: no connection.")
    page.context.set_offline(False)
    # The log-in is gone as well: sent again from the page that says so, it has arrived all the same.
    page.context.clear_cookies()
    page.get_by_role("button", name="Withdraw application").click()
    expect(page.locator(".typed").get_by_label("Reason")).to_have_value("Our partner has left.")
    tab = page.context.new_page()
    log_in(tab, lead_of(application).email)
    tab.close()
    page.get_by_role("button", name="Send again").click()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Application withdrawn.")).to_be_visible()
    assert "has left" not in page.evaluate("Object.values(localStorage).join()")

    page.context.clear_cookies()
    become(page, manager)
    page.goto("/admin/newsletter/bulletin/add/")
    box = page.locator("textarea:visible").first
    box.press_sequentially("A long text of staff")
    page.evaluate(KEPT, "text of staff")
    page.goto(page.url)
    restore(page).click()
    expect(page.locator("textarea:visible").first).to_have_value(re.compile("A long text of staff"))


def test_file_is_sent_once_and_what_came_of_it_stays_in_sight(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(page_of(application, "documents/"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    button = page.get_by_role("button", name="Upload document")
    file = page.get_by_label("File")

    # Chosen before its kind is ticked: the button asks for it, and the file stays chosen.
    file.set_input_files({"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"no PDF at all"})
    expect(page.get_by_text("Not uploaded yet. Choose what kind of document this is.")).to_be_visible()
    button.click()
    assert file.evaluate("field => field.files.length") == 1
    assert sent == []

    page.get_by_label("Map").check()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("notes.pdf")
    assert len(sent) == 1
    # Pressed without a file: the message about the refused one is not replaced by another.
    asked: list[str] = []

    def note(request: Request) -> None:
        # The page that came may still be loading its fonts and its icon.
        if request.resource_type in {"document", "fetch", "xhr"}:
            asked.append(request.url)

    page.on("request", note)
    button.click()
    # Before it sends, the script asks for this address: whatever the press has caused was asked for earlier.
    page.evaluate("(address) => fetch(address)", reverse("health_live"))
    expect(alert).to_contain_text("notes.pdf")
    assert [url.endswith(reverse("health_live")) for url in asked] == [True]
    assert len(sent) == 1
