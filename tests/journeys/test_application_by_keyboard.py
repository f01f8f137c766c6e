"""The whole application by keyboard alone, in both languages: every control is reached by Tab."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from applications.models import Application
from core.mail.models import Message
from tests.applications.applying.test_documents import pdf_bytes
from tests.builders.calls import open_call
from tests.journeys.test_application import EMAIL
from tests.support.default_form import words_of_default_form
from tests.support.mailbox import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAX_TABS = 150
# The questions and options that the form asks in its own words.
WORDS_OF_THE_FORM = words_of_default_form()


class Keyboard:
    """A person with a keyboard only: Tab to go somewhere, keys to use what has the focus.

    Names of controls are given in English, and looked for in the language of the person.
    """

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page, self.language = page, language

    def said(self, text: str) -> str:
        if text in WORDS_OF_THE_FORM:
            return WORDS_OF_THE_FORM[text][self.language]
        with override(self.language):
            return gettext(text)

    def reach(self, target: Locator) -> Locator:
        """Press Tab until the control has the focus, and see that it is shown to have it."""
        wanted = target.element_handle()
        for _tab in range(MAX_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                expect(target).to_be_in_viewport()
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def press(self, name: str, role: str = "button") -> None:
        target = self.page.get_by_role(role, name=self.said(name))
        self.reach(target.last if role == "button" else target.first)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def asked(self, label: str, within: Page | Locator | None = None, **how: bool) -> Locator:
        return (within or self.page).get_by_label(self.said(label), **how)

    def answer(self, label: str, text: str) -> None:
        self.write(self.asked(label), text)

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
    keys.answer("Short name", "UR")
    keys.choose_region("#id_units", "bas-rhin", "Bas-Rhin")
    keys.choose_region("#id_units", "ortenau", "Ortenaukreis")
    keys.answer("The territory and the people who live there", "Two banks of one river.")
    # A line is sent by the key that ends it.
    keys.write(keys.page.locator("#id_population"), "1200")
    keys.page.keyboard.press("Enter")


def write_partnership(keys: Keyboard) -> None:
    rows = [("Eurodistrict", "bas-rhin", "Bas-Rhin"), ("Stadt Offenburg", "ortenau", "Ortenaukreis")]
    for place, (name, typed, region) in enumerate(rows):
        row = keys.page.get_by_role("group", name=f"{keys.said('Partner')} {place + 1}", exact=True)
        if place:
            keys.press("Add a partner")
        keys.write(keys.asked("Organisation", row, exact=True), name)
        keys.choose_first(keys.asked("Type of organisation", row))
        keys.choose_region(f"#id_partners-{place}-unit", typed, region)
        keys.write(keys.asked("Contact person", row), "Ana Muster")
        keys.write(keys.asked("Contact e-mail", row), f"partner{place}@example.org")
        if not place:
            keys.tick(keys.asked("Leads the partnership", row))
    keys.tick(keys.page.locator("input[name=governance_form]").first)
    keys.answer("How the partners will decide together", "We vote.")
    keys.press("Save and continue")


def write_the_rest(keys: Keyboard) -> None:
    page = keys.page
    keys.tick(page.locator("input[name=challenges][value=health]"))
    keys.answer("Why these challenges need both sides of the border", "Doctors here, patients there.")
    keys.answer("What should be better for residents", "One network of care.")
    keys.press("Save and continue")
    keys.tick(page.locator("input[name=clld_experience]").first)
    keys.answer("People and time that the partners can give", "Two people.")
    keys.press("Save and continue")
    keys.choose_first(keys.asked("Area of expertise"))
    keys.answer("What the experts should help you with", "A strategy.")
    keys.tick(page.locator("input[name=working_languages][value=fr]"))
    keys.answer("Half-days of expert time wanted each month", "4")
    # The browser's own field for a month, in the browser's language: its name, then the year.
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
        keys.reach(keys.asked("File"))
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "Карта.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()})
    expect(page.get_by_role("link", name="Карта.pdf", exact=True)).to_be_visible()
    keys.press("Continue to the next section", "link")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whole_application_is_made_by_keyboard_alone(page: Page, language: str) -> None:
    """Slow: alone in finding a step between the call and the receipt that cannot be taken without a mouse."""
    call, keys = open_call(), Keyboard(page, language)
    page.goto(f"{'/fr' if language == 'fr' else ''}/calls/{call.slug}/")
    keys.press("Start an application", "link")
    keys.answer("E-mail address", EMAIL)
    page.keyboard.press("Enter")
    keys.asked("Six-digit code").wait_for()
    keys.answer("Six-digit code", newest_code(EMAIL))
    page.keyboard.press("Enter")
    keys.press("Start application")

    keys.press("Territory", "link")
    write_territory(keys)
    write_partnership(keys)
    write_the_rest(keys)
    upload(keys)
    for label in (
        "Every partner is a legal entity in the territory",
        "I may apply on behalf of all partners",
        "The answers are true and complete",
    ):
        keys.tick(keys.asked(label))
    keys.press("Save and continue")
    expect(page.get_by_role("heading", name=keys.said("Check your answers"), level=1)).to_be_visible()

    application = Application.objects.get(call=call)
    keys.press(application.reference, "link")
    keys.press("People and partners", "link")
    keys.press("Stadt Offenburg")
    asked, invited = keys.said("Confirmation requested from %(email)s."), keys.said("Invited: %(email)s.")
    expect(page.get_by_text(asked % {"email": "partner1@example.org"})).to_be_visible()
    keys.answer("E-mail", "colleague@example.org")
    keys.tick(keys.asked("Can edit and submit"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(invited % {"email": "colleague@example.org"})).to_be_visible()
    application.refresh_from_db()
    assert (
        application.answers.get("acronym"),
        application.answers.get("population"),
        application.language,
    ) == ("UR", 1200, language)
    keys.press(application.reference, "link")

    keys.press("Check your answers and submit", "link")
    keys.press("Submit application")
    expect(page.get_by_text(keys.said("Your application has been submitted"))).to_be_visible()
    expect(page.get_by_text(application.submissions.get().sha256)).to_be_visible()
    assert Message.objects.filter(to="partner1@example.org", template__endswith="confirm_partner").exists()
