"""What the browser does with what people type: it counts as the server does, and Back leads back."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Page, Route, expect

from core.forms.counting import count_words
from core.text import clean
from tests.builders.applications import lead_of, started
from tests.support.browsing import become, open_without_script
from tests.support.counted import WORDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = [
    "",
    "plain",
    "  spaces around \n\n",
    "é and e\u0301, Å and A\u030a, \u1100\u1161",
    "👍 👩‍👩‍👧‍👦 🇫🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ☺️ 1️⃣",
    "one\r\ntwo\rthree\u2028four\x0bfive\x85six",
    "soft\u00adhyphen, zero\u200bwidth, \ufeffBOM, \u2066bidi\u2069, \u202eover\u202c",
    "Word\uf0b7 bullet, private \ue000, \U000f0000",
    "می\u200cخواهم, क्\u200dष, a\u200db, \u200c\u200c",
    "𝟙𝟚𝟛 漢字 𠀀 ﷺ ǆ ﬁ",
    "\x00\x07\x1f\x1c tab\there \u3000\u1680",
    "\u0344\u0958\u2126\u212b\u0cc6\u0cc2",
    "a" * 3000 + "😀",
]
PARTS = (
    "aé\u0301\u0327 \n\t\r\u200b\u200c\u200d\u200e\u00ad\ufeff\ufe0f\u0627\u06cc👍👩🏴\U000e0067\U000e007f🇫"
    "\uf0b7\ue000\ufdd0\uffff\u2028\u1100\u1161\u093c\u0915\u034f\x85\x1c"
)


def counted(text: str) -> int:
    """Return what the server counts: a browser sends line ends as two characters, and fields strip."""
    return len(stored(text))


def stored(text: str) -> str:
    """Return what the server keeps of it."""
    return clean(text.replace("\r\n", "\n").replace("\n", "\r\n")).strip()


def test_counter_counts_as_the_server_does(page: Page) -> None:
    application = started()
    become(page, lead_of(application))
    page.goto(f"/applications/{application.public_id}/challenges/")
    chance = random.Random(16)
    texts = TEXTS + ["".join(chance.choices(PARTS, k=chance.randint(1, 12))) for _turn in range(2000)]

    by_script = page.evaluate("texts => texts.map(window.impactText.lengthOf)", texts)
    texts_of_words = [*WORDS, *texts]
    words_by_script = page.evaluate("texts => texts.map(window.impactText.wordsOf)", texts_of_words)

    assert [ascii(t) for t, n in zip(texts, by_script, strict=True) if n != counted(t)] == []
    words = zip(texts_of_words, words_by_script, strict=True)
    assert [(ascii(t), n) for t, n in words if n != count_words(stored(t))] == []
    box = page.get_by_label("What should be better")
    box.fill("👩‍👩‍👧‍👦 e\u0301\u200b\n")
    expect(page.locator("#id_ambition_counter")).to_have_text("2991 characters left")


@pytest.mark.parametrize("late", ["kept", "autosave"])
def test_what_is_typed_before_a_script_comes_saves_itself(page: Page, late: str) -> None:
    application = started()
    become(page, lead_of(application))
    let_script_come = open_without_script(page, f"/applications/{application.public_id}/challenges/", late)
    page.get_by_label("What should be better").fill("Typed on a slow line")

    let_script_come()

    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Typed on a slow line"


def test_scripts_that_come_late_take_the_focus_from_nobody_who_writes(page: Page) -> None:
    """The search of regions is moved into a list that it offers; what came of a form is read out."""
    application = started()
    become(page, lead_of(application))
    address = f"/applications/{application.public_id}/territory/"
    let_script_come = open_without_script(page, address, "regions")
    search = page.locator(".regions-search input").first
    search.press_sequentially("Stras")
    let_script_come()
    expect(search).to_have_attribute("role", "combobox")
    expect(search).to_be_focused()

    page.unroute_all()
    page.goto(address)
    page.get_by_label("Inhabitants").fill("many")
    late: list[Route] = []
    page.route(re.compile(r"/impact[^/]*\.js"), lambda route: late.append(route))
    with page.expect_request(re.compile(r"/impact[^/]*\.js")):
        page.get_by_role("button", name="Save and continue").last.click(no_wait_after=True)
    name = page.get_by_label("Name of the cross-border territory")
    expect(page.locator(".error-summary")).to_be_visible()
    name.press_sequentially("Two ")
    late[0].continue_()
    page.wait_for_load_state()
    expect(name).to_be_focused()


def test_back_to_a_page_with_an_error_shows_a_page_again(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("Enter an e-mail address, such as").first).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("nobody")
    page.goto("/calls/")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in or create an account")

    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Six-digit code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This code is incorrect.").first).to_be_visible()
    page.goto("/calls/")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")

    page.goto("/accounts/login/password/")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_label("E-mail address")).to_have_value("ana@example.org")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.goto("/calls/")
    page.go_back()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
