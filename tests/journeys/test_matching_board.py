"""The matching in a real browser: board, questions, decisions; by keyboard, wide and narrow, light, dark."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from matching import actions, tasks
from matching.models import Match, MatchRule, MatchRun
from tests.builders import matching as build
from tests.journeys.test_application_by_keyboard import Keyboard
from tests.matching.test_teams import confirm, done_run
from tests.support.browsing import (
    assert_good_light_and_dark,
    become,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    turn_light_and_wide,
)
from tests.support.matching_pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 400, "height": 700}


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def run(page: Page) -> MatchRun:
    """A run with a region that has a team and one that cannot have one, seen by a second manager."""
    build.region("Rhine Bridges")
    build.region("Upper Meuse", sides={"FR": ("fr",), "LU": ("lb",)})
    build.expert("Expert Linden of the Agency for Local Development on the Upper Rhine")
    build.expert("Expert Ash", areas={"clld-design": 2})
    done_run()
    become(page, build.staff())
    run = done_run()
    # What is found out after a run: whom to look for, and what each team hangs on.
    tasks.analyse_due()
    return run


def pages_of(run: MatchRun) -> list[str]:
    """Those with most on them, in this state; every other one: test_admin_pages."""
    region = run.region_proposals.served().get().region_id
    expert = run.problem["experts"][1]["id"]
    return [
        url("matchrun", "change", run.pk),
        url("matchrun", "decide_one", run.pk, "confirm"),
        f"{url('matchrun', 'why_not', run.pk)}?region={region}&expert={expert}",
        url("matchrun", "compare"),
        url("matchrun", "pool"),
    ]


def test_pages_of_the_matching_are_accessible_and_fit(page: Page, run: MatchRun) -> None:
    learn_axe(page)
    found = []
    for path in pages_of(run):
        turn_light_and_wide(page)
        page.goto(path)
        found += grave_findings(page) + findings_dark_and_narrow(page)
    assert found == [], "\n".join(found)


def test_board_leads_from_the_overview_to_the_region_by_keyboard(page: Page, run: MatchRun) -> None:
    page.goto(url("matchrun", "change", run.pk))

    page.get_by_role("table").first.get_by_role("link", name="Rhine Bridges").focus()
    page.keyboard.press("Enter")

    card = page.get_by_role("article", name="Rhine Bridges")
    expect(card).to_be_in_viewport()
    card.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text("Speaks French at C1 for the side of France")).to_be_visible()


def test_board_shows_what_a_region_without_a_team_lacks(page: Page, run: MatchRun) -> None:
    page.goto(url("matchrun", "change", run.pk))

    card = page.get_by_role("article", name="Upper Meuse")

    expect(card.get_by_text("Nobody available speaks Luxembourgish")).to_be_visible()
    expect(card.get_by_text("Any one of these would give the region a team")).to_be_visible()


def test_manager_asks_why_not_pins_all_the_same_and_undoes_it(page: Page, run: MatchRun) -> None:
    page.goto(url("matchrun", "change", run.pk))
    page.get_by_role("article", name="Rhine Bridges").get_by_role(
        "link", name="Why not another expert?"
    ).click()
    page.get_by_label("Expert", exact=True).select_option(label="Expert Ash")
    page.get_by_role("button", name="Show reasons").click()
    reason = re.compile(r"^The region's best team with this expert scores \d+ points less\.$")
    expect(page.get_by_text(reason)).to_be_visible()

    page.get_by_role("link", name="Always include anyway").click()
    page.get_by_label("Reason").fill("Knows the region")
    page.get_by_role("button", name="Add inclusion rule").click()
    expect(page.get_by_text("The rule applies from the next run.")).to_be_visible()
    rule = MatchRule.objects.get()
    assert (str(rule.expert), rule.kind) == ("Expert Ash", "pinned")

    page.get_by_role("article", name="Rhine Bridges").get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Remove rule").click()
    expect(page.get_by_role("article", name="Rhine Bridges")).to_be_visible()
    assert not MatchRule.objects.in_force().exists()


@pytest.mark.parametrize(
    ("decision", "button", "undoing", "lifting"),
    [
        ("Always include Expert Linden", "Add inclusion rule", "Undo", "Remove rule"),
        ("Never include Expert Linden", "Add inclusion rule", "Undo", "Remove rule"),
        ("Lock team Rhine Bridges", "Lock team", "Unlock team Rhine Bridges", "Unlock team"),
    ],
    ids=["pin", "ban", "lock"],
)
def test_decision_on_the_board_is_taken_and_undone_by_keyboard(
    page: Page, run: MatchRun, decision: str, button: str, undoing: str, lifting: str
) -> None:
    keys = Keyboard(page)
    page.goto(url("matchrun", "change", run.pk))

    keys.press(decision, "link")
    keys.answer("Reason", "They know the region")
    keys.press(button)
    expect(page.get_by_role("article", name="Rhine Bridges")).to_be_visible()
    rule = MatchRule.objects.in_force().get()
    assert rule.reason == "They know the region"
    assert rule.kind == ("forbidden" if decision.startswith("Never") else "pinned")

    keys.press(undoing, "link")
    expect(page.get_by_role("heading", name=lifting)).to_be_visible()
    keys.press(lifting)
    expect(page.get_by_role("article", name="Rhine Bridges")).to_be_visible()
    assert not MatchRule.objects.in_force().exists()


def test_manager_confirms_teams_and_the_board_says_so(page: Page, run: MatchRun) -> None:
    page.goto(url("matchrun", "change", run.pk))

    page.get_by_role("link", name="Confirm teams").click()
    page.get_by_label("Why continue all the same?").fill("Upper Meuse can wait for the next run.")
    page.get_by_role("button", name="Confirm teams").click()

    expect(page.get_by_text("Teams confirmed.")).to_be_visible()
    expect(page.get_by_role("article", name="Rhine Bridges").get_by_text("Answers awaited")).to_be_visible()
    assert Match.objects.current().count() == 1


def test_pages_of_the_expert_are_accessible_and_fit_light_and_dark(page: Page) -> None:
    build.region("Rhine Bridges")
    expert = build.expert("Linden", max_regions=3, half_days=40)
    (accepted,) = confirm(done_run())
    actions.accept(match_id=accepted.pk, by=expert.user)
    build.region("Upper Meuse")
    (invited,) = confirm(done_run())
    become(page, expert.user)
    learn_axe(page)
    for name, args in (
        ("matches", []),
        ("match", [accepted.public_id]),
        ("match", [invited.public_id]),
        ("decline", [invited.public_id]),
    ):
        assert_good_light_and_dark(page, reverse(f"matching:{name}", args=args))


def test_expert_takes_the_calendar_file(page: Page) -> None:
    build.region("Rhine Bridges")
    expert = build.expert("Linden")
    (match,) = confirm(done_run())
    actions.accept(match_id=match.pk, by=expert.user)
    become(page, expert.user)
    page.goto(reverse("matching:matches"))

    with page.expect_download() as download:
        page.get_by_role("link", name="Download a calendar of your accepted regions (.ics)").click()

    assert download.value.suggested_filename == "impact.ics"
