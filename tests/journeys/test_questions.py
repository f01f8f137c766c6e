"""What scripts do for questions: offer what goes with an earlier answer, add up, count words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from core.forms.counting import Counted
from core.sections import kinds
from core.sections.forms import SectionForm, make_form
from core.sections.questions import Question, Section
from tests.core.sections.cases import CASES
from tests.core.sections.test_kinds import drawn
from tests.support.browsing import assert_good_at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIDE = Question("side", kinds.CHOICE, label="Side", choices=(("l", "Left"), ("r", "Right")))
WORDS = Question("words", kinds.TEXT, label="Words", least=2, limit=4, counts=Counted.WORDS)
SHOW = "html => { document.querySelector('main').innerHTML = html; }"
LOADED = """() => {
  const detail = { elt: document.querySelector("main") };
  document.dispatchEvent(new CustomEvent("htmx:load", { detail }));
}"""
KINDS_SHOWN = ("dependent_choice", "table", "texts", "yes_no", "amount", "date", "phone", "place", "group")


def questions() -> list[Question]:
    shown = [replace(CASES[code].question, name=code, label=code) for code in KINDS_SHOWN]
    return [SIDE, WORDS, *shown]


def test_page_follows_what_is_typed(page: Page) -> None:
    form = make_form(Section("s", "S", "", tuple(questions())), SectionForm)(read=lambda: {})
    page.goto("/")
    page.evaluate(
        "html => { document.querySelector('main').innerHTML = html; }", f"<h1>Form</h1>{drawn(form)}"
    )
    page.add_script_tag(url="/static/js/questions.js")
    page.evaluate(LOADED)
    assert_good_at_every_width(page)

    offered = page.locator("#id_dependent_choice option")
    expect(offered).to_have_count(4)
    page.get_by_label("Left").check()
    expect(offered).to_have_count(2)
    page.locator("#id_dependent_choice").select_option("a")
    page.get_by_label("Right").check()
    expect(page.locator("#id_dependent_choice")).to_have_value("")
    expect(offered).to_have_count(3)

    page.locator("#id_table-staff-y1").fill("0,1")
    page.locator("#id_table-staff-y2").fill("0.2")
    page.locator("#id_table-travel-y2").fill("1 000,5")
    sums = page.locator("[data-numbers] output")
    expect(sums).to_have_text(["€ 0.30", "€ 1,000.50", "€ 0.10", "€ 1,000.70", "€ 1,000.80"])

    counter, box = page.locator("#id_words_counter"), page.locator("#id_words")
    expect(counter).to_have_text("From 2 to 4 words.")
    said_of = {"l’eau": "1 more word needed", "a – b": "2 words left", "a b c d e": "1 word over the limit"}
    for typed, said in said_of.items():
        box.fill(typed)
        expect(counter).to_have_text(said)
