"""The whole application by keyboard alone: every control is reached by Tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from applications.models import Application
from impact.mail.models import Message
from tests.accounts.factories import newest_code
from tests.applications.applicants import open_call
from tests.applications.test_documents import pdf_bytes
from tests.journeys.test_application import EMAIL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 150


class Keyboard:
    """A person with a keyboard only: Tab to go somewhere, keys to use what has the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> Locator:
        """Press Tab until the control has the focus, and see that it is shown to have it."""
        target.wait_for(state="attached")
        for _tab in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                expect(target).to_be_in_viewport()
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def press(self, name: str, role: str = "button") -> None:
        target = self.page.get_by_role(role, name=name)
        self.reach(target.last if role == "button" else target.first)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def answer(self, label: str, text: str) -> None:
        self.write(self.page.get_by_label(label), text)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def choose_region(self, field: str, typed: str, name: str) -> None:
        self.write(self.page.locator(field), typed)
        expect(self.page.get_by_role("option", name=name)).to_be_visible()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def choose_first(self, target: Locator) -> None:
        """Choose the first answer of a list after "Choose…"."""
        self.reach(target)
        self.page.keyboard.press("ArrowDown")
        expect(target).not_to_have_value("")


def write_territory(keys: Keyboard) -> None:
    keys.answer("Name of the cross-border territory", "Upper Rhine by keys")
    keys.choose_region("#id_units", "bas-rhin", "Bas-Rhin")
    keys.choose_region("#id_units", "ortenau", "Ortenaukreis")
    keys.answer("The territory and the people", "Two banks of one river.")
    keys.press("Save and continue")


def write_partnership(keys: Keyboard) -> None:
    rows = [("Eurodistrict", "bas-rhin", "Bas-Rhin"), ("Stadt Offenburg", "ortenau", "Ortenaukreis")]
    for place, (name, typed, region) in enumerate(rows):
        row = keys.page.get_by_role("group", name=f"Partner {place + 1}", exact=True)
        if place:
            keys.press("Add a partner")
        keys.write(row.get_by_label("Organisation", exact=True), name)
        keys.choose_first(row.get_by_label("Type of organisation"))
        keys.choose_region(f"#id_partners-{place}-unit", typed, region)
        keys.write(row.get_by_label("Contact person"), "Ana Muster")
        keys.write(row.get_by_label("Contact e-mail"), f"partner{place}@example.org")
        if not place:
            keys.tick(row.get_by_label("Leads the partnership"))
    keys.tick(keys.page.locator("input[name=governance_form]").first)
    keys.answer("How the partners will decide", "We vote.")
    keys.press("Save and continue")


def write_the_rest(keys: Keyboard) -> None:
    page = keys.page
    keys.tick(page.get_by_label("Health and care access"))
    keys.answer("Why these challenges", "Doctors here, patients there.")
    keys.answer("What should be better", "One network of care.")
    keys.press("Save and continue")
    keys.tick(page.locator("input[name=clld_experience]").first)
    keys.answer("People and time", "Two people.")
    keys.press("Save and continue")
    keys.choose_first(page.get_by_label("Area of expertise"))
    keys.answer("What the experts should help", "A strategy.")
    keys.tick(page.get_by_label("French", exact=True))
    keys.answer("Half-days of expert time", "4")
    # The browser's own field for a month: its name, then the year.
    keys.answer("First month", "January")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("2027")
    keys.answer("Last month", "June")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("2027")
    keys.press("Save and continue")


def upload(keys: Keyboard) -> None:
    page = keys.page
    # Waited for from the start, as the browser takes a moment to hand its file dialog to the test.
    with page.expect_file_chooser() as chooser:
        keys.tick(page.locator("input[name=kind]").first)
        keys.reach(page.get_by_label("File"))
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "Карта.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()})
    expect(page.get_by_role("link", name="Карта.pdf", exact=True)).to_be_visible()
    keys.press("Go on to the next section", "link")


def test_whole_application_is_made_by_keyboard_alone(page: Page) -> None:
    call, keys = open_call(), Keyboard(page)
    page.goto(f"/calls/{call.slug}/")
    keys.press("Start an application", "link")
    keys.answer("E-mail", EMAIL)
    page.keyboard.press("Enter")
    page.get_by_label("Code").wait_for()
    keys.answer("Code", newest_code(EMAIL))
    page.keyboard.press("Enter")
    keys.press("Start the application")

    keys.press("Territory", "link")
    write_territory(keys)
    write_partnership(keys)
    write_the_rest(keys)
    upload(keys)
    for label in ("Every partner is a legal entity", "I may apply", "The answers are true"):
        keys.tick(page.get_by_label(label))
    keys.press("Save and continue")

    keys.press("People and partners", "link")
    keys.press("Stadt Offenburg")
    expect(page.get_by_text("Asked by e-mail: partner1@example.org")).to_be_visible()
    keys.answer("E-mail", "colleague@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Invited: colleague@example.org.")).to_be_visible()
    application = Application.objects.get(call=call)
    keys.press(application.reference, "link")

    keys.press("Check your answers and submit", "link")
    keys.press("Submit the application")
    expect(page.get_by_text("Your application is submitted")).to_be_visible()
    expect(page.get_by_text(application.submissions.get().sha256)).to_be_visible()
    assert Message.objects.filter(to="partner1@example.org", template__endswith="confirm_partner").exists()
