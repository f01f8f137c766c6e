"""The page follows conditions at once, and judges every clause as the server does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.sections.comparing import holds
from tests.builders.people import make_person
from tests.journeys.test_application import log_in
from tests.support import conditional_form as a_form
from tests.support.browsing import assert_good_at_every_width
from tests.support.condition_cases import CASES, Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JUDGED = """cases => cases.map(([clause, answer]) => window.impactConditions.holds(clause, answer))"""


def as_sent(case: Case, answer: Any) -> list[Any]:
    """Return a clause and an answer as the script has them: null if there is no answer."""
    question, clause = case.question, case.clause
    told = {"operator": clause.operator, "value": clause.value, "as": question.kind.compared_as}
    return [told, answer if question.kind.is_answered(question, answer) else None]


def test_page_follows_as_the_server_does_and_says_so(page: Page, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.support.conditional_form"
    a_form.begin(reason="By letters")
    log_in(page, make_person().email)
    page.goto("/form/about/")

    # The same table for both.
    pairs = [(case, answer) for case in CASES for answer in (*case.holds_of, *case.fails_of)]
    by_script = page.evaluate(JUDGED, [as_sent(case, answer) for case, answer in pairs])
    by_server = [holds(case.clause, case.question, answer) for case, answer in pairs]
    differ = [(*pair, s) for pair, s, p in zip(pairs, by_script, by_server, strict=True) if s is not p]
    assert differ == []

    since, reason, town = (
        page.get_by_label("Since when"),
        page.get_by_label("In which way"),
        page.get_by_label("Name"),
    )
    spoken = page.locator("p[data-conditions]")
    expect(since).to_be_hidden()
    expect(page.get_by_text("Your answer may lead to more questions.")).to_have_count(0)
    page.get_by_label("EGTC").check()
    expect(since).to_be_visible()
    expect(town).to_be_visible()
    expect(spoken).to_have_text("Now asked: Since when; Towns.")
    expect(page.get_by_label("EGTC")).to_be_focused()
    assert_good_at_every_width(page)

    # Each kind is read off the page as it is typed.
    page.get_by_label("People").fill("1 500")
    page.get_by_label("The largest town").fill("Kehl with a Station")
    expect(page.get_by_label("Which lines")).to_be_visible()
    page.get_by_label("People").fill("999")
    # What is hidden counts as not answered, whatever stands in it.
    expect(page.get_by_label("Which lines")).to_be_hidden()
    page.get_by_label("Rail").check()
    expect(page.get_by_label("Which lines")).to_be_visible()
    page.get_by_label("We have a website").check()
    expect(page.get_by_label("Its address")).to_be_visible()
    page.get_by_label("We have a website").uncheck()
    expect(page.get_by_label("Its address")).to_be_hidden()

    # Flipped, saved by itself and flipped back: the text is there, and so is what was saved before.
    town.fill("Kehl")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("In another way").check()
    expect(spoken).to_contain_text("In which way. No longer asked: Since when; Towns.")
    expect(reason).to_have_value("By letters")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/form/end/")
    assert [row["name"] for cell, row in a_form.cells.items() if cell.startswith("towns.")] == ["Kehl"]
    page.goto("/form/about/")
    expect(town).to_be_hidden()
    page.get_by_label("EGTC").check()
    expect(town).to_have_value("Kehl")
