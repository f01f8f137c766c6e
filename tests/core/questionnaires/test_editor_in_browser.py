"""The editor in a real browser: wide and light, by the Tab key, narrow and dark, and its buttons by keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.core.questionnaires.test_editor import Editor, condition
from tests.journeys.test_admin_pages import become
from tests.support.browsing import (
    OF_COLOUR_AND_SIZE,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    turn_light_and_wide,
)
from tests.support.tabbing import findings_by_tab, learn_to_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_editor_is_accessible_by_keyboard_and_fits_a_phone(page: Page, settings: Any):
    """Slow: the walk through all pages of the administration finds no draft, so these are looked at here."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    choice, about = editor.add("choice", "River"), editor.add("text", "About the river")
    options = f"question/{choice.pk}/list/choices/"
    editor.post(options, editor.opened(options) | {"added_en": "Rhine", "added_fr": "Rhin"})
    asked = f"question/{about.pk}/condition/"
    editor.post(asked, condition(editor, asked) | {"added": "river"})
    partners = editor.question("partners")
    below = ["", "section/add/", f"question/{choice.pk}/", f"question/{partners.pk}/", options, asked]
    below += [f"question/{choice.pk}/move/", f"question/{choice.pk}/remove/", "?width=desktop"]
    learn_axe(page)
    learn_to_tab(page)
    become(page, editor.by)
    found: list[str] = []

    for path in below:
        turn_light_and_wide(page)
        page.goto(editor.address + path)
        # The frame of the administration is looked at in full with the first page alone.
        outside = "#nav-sidebar" if found or path else ""
        found += grave_findings(page, outside=outside)
        found += findings_by_tab(page, "#main")
        found += findings_dark_and_narrow(page, outside=outside, rules=OF_COLOUR_AND_SIZE)

    assert found == [], "\n".join(found)
    check_keys(page, editor)


def check_keys(page: Page, editor: Editor) -> None:
    """A question goes two places down by pressing the same button twice; the preview shows the draft."""
    turn_light_and_wide(page)
    page.goto(editor.address)
    title = editor.question("title")
    button = page.locator(f"button[value='question-{title.pk}-down']")
    button.focus()
    for order in (["acronym", "title"], ["acronym", "units", "title"]):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.wait_for_function(
            "value => document.activeElement.value === value", arg=f"question-{title.pk}-down"
        )
        assert editor.order()[: len(order)] == order
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Territory")
    expect(frame.locator("#id_title")).to_be_disabled()
    page.get_by_role("link", name="Open on its own").click()
    expect(page.get_by_role("heading", name="Territory")).to_be_visible()
