"""The editor in a real browser: wide and light, narrow and dark, by Tab, by keys and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from core.questionnaires.actions import editing
from core.questionnaires.models import FormQuestion
from tests.core.questionnaires.test_editor import Editor, condition
from tests.journeys.test_admin_pages import become
from tests.support.browsing import (
    OF_COLOUR_AND_SIZE,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    open_without_script,
    turn_light_and_wide,
)
from tests.support.tabbing import findings_by_tab, learn_to_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What is opened keeps its neighbours, which it must not cover.
TAKE_KNOWN_LINES_AWAY = """() => document.querySelectorAll(
  "li.form-question:not(.form-question-opened, .form-question-opened + *, :has(+ .form-question-opened))"
).forEach((line) => line.remove())"""


def test_editor_is_accessible_by_keyboard_and_fits_a_phone(page: Page, settings: Any):
    """Slow: the walk through all pages of the administration finds no draft, so these are looked at here."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    choice, about = editor.add("choice", "River"), editor.add("text", "About the river")
    options = f"question/{choice.pk}/list/choices/"
    editor.post(options, editor.opened(options) | {"added_en": "Rhine", "added_fr": "Rhin"})
    asked = f"question/{about.pk}/condition/"
    editor.post(asked, condition(editor, asked) | {"added": "river"})
    partners, section = editor.question("partners"), editor.section("territory")
    below = ["", "section/add/", f"section/{section.pk}/", f"question/{choice.pk}/", options, asked]
    below += [f"question/{partners.pk}/", f"section/{section.pk}/add/?after={choice.pk}"]
    below += [f"question/{choice.pk}/move/", f"question/{choice.pk}/remove/", "?width=desktop"]
    learn_axe(page)
    learn_to_tab(page)
    become(page, editor.by)
    found: list[str] = []

    for path in below:
        turn_light_and_wide(page)
        page.goto(editor.address + path)
        # The frame of the administration and the list are looked at in full with the first page alone.
        outside = "#nav-sidebar" if path else ""
        if "/" in path:
            page.evaluate(TAKE_KNOWN_LINES_AWAY)
        found += grave_findings(page, outside=outside)
        found += findings_by_tab(page, "#main")
        found += findings_dark_and_narrow(page, outside=outside, rules=OF_COLOUR_AND_SIZE)

    assert found == [], "\n".join(found)


def test_question_is_moved_written_and_saved_in_the_list_by_keys(page: Page, settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    become(page, editor.by)
    turn_light_and_wide(page)
    page.goto(f"{editor.address}?width=phone")
    page.evaluate("window.isSamePage = true")

    check_moving(page, editor)
    check_writing(page, editor)
    check_problem_leads_to_its_field(page, editor)
    check_back(page, editor)
    assert page.evaluate("window.isSamePage")
    check_nothing_typed_is_lost(page, editor)


def check_moving(page: Page, editor: Editor) -> None:
    """A question goes two places down by pressing the same button twice."""
    title = editor.question("title")
    page.locator(f"button[value='question-{title.pk}-down']").focus()
    for order in (["acronym", "title"], ["acronym", "units", "title"]):
        page.keyboard.press("Enter")
        expect(page.locator(f"#questions-{title.section_id} > li code").nth(len(order) - 1)).to_have_text(
            "title"
        )
        expect(page.locator(f"button[value='question-{title.pk}-down']")).to_be_focused()
        assert editor.order()[: len(order)] == order


def check_writing(page: Page, editor: Editor) -> None:
    """What is typed shows in the preview, and once saved in the list, where the focus is again."""
    title = editor.question("title")
    line = page.locator(f"#question-{title.pk}")
    line.locator("h4 a").press("Enter")
    expect(page.locator("#id_label_en")).to_be_focused()
    assert page.url.endswith(f"question/{title.pk}/#opened")
    shown = page.frame_locator("iframe").locator("main")
    expect(shown).to_contain_text("Name of the cross-border territory")
    # Applicants see the limits and search for regions: so does the preview, which only has nothing to send.
    for part in (".hint.counter", ".regions-search input"):
        expect(shown.locator(part).first).to_be_visible()
    expect(shown.get_by_role("button", name="Save and continue")).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.type(" of yours")
    expect(shown).to_contain_text("Name of the cross-border territory of yours")
    assert editor.question("title").label.get("en") == "Name of the cross-border territory"

    page.locator("#id_label_en").fill("")
    page.keyboard.press("Enter")
    expect(page.locator("#opened-errors")).to_be_focused()
    page.locator("#id_label_en").fill("Your territory")
    page.keyboard.press("Enter")
    expect(line.locator("h4 a")).to_be_focused()
    expect(page.locator("#editor-said")).to_contain_text("Question saved. No problem")
    expect(shown).to_contain_text("Your territory")
    assert editor.question("title").label.get("en") == "Your territory"


def check_problem_leads_to_its_field(page: Page, editor: Editor) -> None:
    """A problem that a save has made stands in the list at once; its link leads into the field at fault."""
    section = editor.section("territory")
    page.locator(f"#add-{section.pk} a").press("Enter")
    page.locator("#id_label_en").fill("Rivers")
    page.locator("#id_kind").select_option("text")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.locator("#editor-said")).to_contain_text("1 problem to solve")
    page.get_by_role("button", name="Save", exact=True).last.press("Enter")
    expect(page.locator("#opened")).to_have_count(0)
    page.locator("#editor-problems a").press("Enter")
    expect(page.locator("#id_label_fr")).to_be_focused()
    page.keyboard.type("Rivières")
    page.get_by_role("button", name="Save and stay on this page").press("Enter")
    expect(page.locator("#form-problems")).to_have_text("No problems: this draft can be published.")
    assert page.url.endswith(f"question/{editor.question('rivers').pk}/#opened")


def check_back(page: Page, editor: Editor) -> None:
    """The button of the browser closes what was opened, and opens it again."""
    page.get_by_role("link", name="Cancel").press("Enter")
    expect(page.locator("#opened")).to_have_count(0)
    page.go_back()
    expect(page.locator("#id_label_fr")).to_have_value("Rivières")
    page.go_forward()
    expect(page.locator("#opened")).to_have_count(0)


def check_nothing_typed_is_lost(page: Page, editor: Editor) -> None:
    """Moved meanwhile, asked before leaving, without a connection, removed by somebody else, logged out."""
    rivers, acronym = editor.question("rivers"), editor.question("acronym")
    page.goto(f"{editor.address}question/{rivers.pk}/")
    help_text = page.locator("#id_help_en")
    help_text.fill("A long help text")
    page.locator(f"button[value='question-{acronym.pk}-down']").press("Enter")
    expect(page.locator(f"#questions-{acronym.section_id} > li code").nth(1)).to_have_text("acronym")
    expect(help_text).to_have_value("A long help text")

    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="Cancel").press("Enter")
    expect(help_text).to_have_value("A long help text")
    assert asked == ["You have unsaved changes. Leave without saving?"]

    save = page.get_by_role("button", name="Save", exact=True).last
    address = re.compile(rf"/question/{rivers.pk}/$")
    page.route(address, lambda route: route.abort())
    save.press("Enter")
    expect(page.locator("#editor-said")).to_be_visible()
    expect(help_text).to_have_value("A long help text")
    page.unroute(address)
    assert FormQuestion.objects.get(pk=rivers.pk).help == {}

    editing.remove_question(question_id=rivers.pk, by=editor.by)
    save.press("Enter")
    expect(page.get_by_text("Somebody else has removed this in the meantime.")).to_be_visible()
    expect(page.locator("main, body").first).to_contain_text("A long help text")

    page.goto(f"{editor.address}question/{acronym.pk}/")
    page.locator("#id_help_en").fill("Another long text")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).last.press("Enter")
    expect(page.locator("body")).to_contain_text("Another long text")
    assert FormQuestion.objects.get(pk=acronym.pk).help.get("en") != "Another long text"


# Drawing a page takes nodes from it.
NOTHING_DRAWN = "() => { Element.prototype.replaceWith = () => { throw new Error('not drawn'); }; }"


def test_what_was_sent_is_not_sent_again_nor_called_unsent(page: Page, settings: Any):
    """Saved and not drawn, answered by a page that is no draft, answered by a fault: each is sent once."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    become(page, editor.by)
    section = editor.section("territory")
    address = re.compile(rf"/section/{section.pk}/add/$")
    said = page.locator("#editor-said")

    def add(words: str) -> None:
        page.goto(f"{editor.address}section/{section.pk}/add/")
        page.locator("#id_label_en").fill(words)
        page.locator("#id_kind").select_option("line")

    def press() -> None:
        page.get_by_role("button", name="Add", exact=True).press("Enter")

    def answered(**other: Any) -> None:
        def once(route: Route) -> None:
            # A machine under load draws a preview before the button is pressed.
            if route.request.method == "POST" and not is_preview(route.request):
                sent.append(route.request.url)
                return route.fulfill(response=route.fetch(), **other)
            return route.continue_()

        page.route(address, once)

    add("Not drawn")
    page.evaluate(NOTHING_DRAWN)
    press()
    expect(page).to_have_url(re.compile(r"/question/\d+/$"))
    expect(page.locator("#id_label_en")).to_have_value("Not drawn")

    sent: list[str] = []
    answered(body="<p>Another page</p>")
    add("Another page")
    press()
    expect(page.locator("#id_label_en")).to_have_value("")
    page.unroute(address)
    answered(status=502, body="")
    add("A fault")
    press()
    expect(said).to_contain_text("may have been done")
    expect(page.locator("#id_label_en")).to_have_value("A fault")
    page.unroute(address)

    assert len(sent) == 2
    labels = [row.label.get("en") for row in editor.draft.questions.order_by("-pk")[:4]]
    assert labels[:3] == ["A fault", "Another page", "Not drawn"]
    assert labels[3] not in labels[:3]


def hold_one(held: list[Route]) -> Callable[[Route], None]:
    """Return what keeps the next save on its way, and lets all else through."""

    def hold(route: Route) -> None:
        if held or route.request.method != "POST" or is_preview(route.request):
            return route.continue_()
        return held.append(route)

    return hold


def is_preview(request: Request) -> bool:
    """Whether what is typed is drawn, which a page asks of the address to which it is saved."""
    return 'name="preview"' in (request.post_data or "")


def test_what_is_typed_before_the_script_and_while_it_is_saved_is_not_lost(page: Page, settings: Any):
    """On a slow line a page is written in before its script is there, and on while the portal saves."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    become(page, editor.by)
    title = editor.question("title")
    address = f"{editor.address}question/{title.pk}/"
    let_script_come = open_without_script(page, address, "form-editor")
    page.locator("#id_label_en").fill("Typed early")
    let_script_come()
    page.wait_for_load_state()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="Cancel").press("Enter")
    expect(page.locator("#id_label_en")).to_have_value("Typed early")
    assert asked == ["You have unsaved changes. Leave without saving?"]

    for button in ("Save and stay on this page", "Save"):
        slow: list[Route] = []
        page.route(re.compile(rf"/question/{title.pk}/$"), hold_one(slow))
        page.locator("#id_help_en").fill(f"Before {button}")
        with page.expect_request(lambda request: request.method == "POST" and not is_preview(request)):
            page.get_by_role("button", name=button, exact=True).last.press("Enter")
        page.locator("#id_help_fr").fill(f"Après {button}")
        page.locator("#opened").evaluate("part => part.dataset.before = 'yes'")
        slow[0].continue_()
        expect(page.locator("#opened:not([data-before])")).to_be_visible()
        expect(page.locator("#id_help_fr")).to_have_value(f"Après {button}")
        expect(page.locator("#id_help_en")).to_have_value(f"Before {button}")
        assert editor.question("title").help.get("en") == f"Before {button}"
        assert editor.question("title").help.get("fr") != f"Après {button}"


def test_question_is_opened_refused_and_saved_without_a_script(
    browser: Browser, page: Page, live_server: LiveServer, settings: Any
):
    """The theme of the administration hides its pages until its script shows them; ours are shown without."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    title = editor.question("title")
    become(page, editor.by)
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    still = plain.new_page()

    still.goto(editor.address)
    line = still.locator(f"#question-{title.pk}")
    line.locator("h4 a").click()
    expect(still.locator("#opened")).to_be_in_viewport()
    expect(still.locator("#opened")).to_be_focused()
    still.locator("#id_label_en").fill("")
    still.get_by_role("button", name="Save", exact=True).last.click()
    expect(still.locator("#opened-errors")).to_be_focused()
    still.locator("#id_label_en").fill("Your territory")
    still.get_by_role("button", name="Save", exact=True).last.click()
    expect(line.locator("h4 a")).to_be_focused()
    expect(line).to_contain_text("Question saved.")
    plain.close()
