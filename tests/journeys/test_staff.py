"""From a submitted application to released letters, by four people in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.models import Application, PilotRegion, Review, Selection
from applications.selecting.actions import confirming, selecting
from core.accounts.enums import Role
from core.mail.models import Message
from impact.local.processes import wait_until
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.builders.selections import proposed
from tests.support.browsing import (
    become,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    turn_light_and_wide,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def url(model: str, name: str = "changelist", *args) -> str:
    return reverse(f"admin:applications_{model}_{name}", args=args)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def test_application_goes_from_screening_to_a_pilot_region(page: Page) -> None:
    call = closed_call()
    application = submitted(call)
    manager, second = person(Role.MANAGER), person(Role.MANAGER)
    reviewer = person(Role.REVIEWER, name="Ana Reviewer")

    become(page, manager)
    page.goto("/admin/")
    page.get_by_role("link", name="applications awaiting a verdict").click()
    page.get_by_role("link", name=application.reference).click()
    follow(page, "Declare eligible")
    press(page, "Declare eligible")
    follow(page, "Assign reviewers")
    page.get_by_label("Ana Reviewer").check()
    press(page, "Assign reviewers")
    expect(page.get_by_text("Ana Reviewer").first).to_be_visible()

    become(page, reviewer)
    page.goto("/admin/")
    page.get_by_role("link", name="reviews to do").click()
    page.get_by_role("link", name=application.reference).click()
    follow(page, "I have no conflict")
    page.get_by_label("I have no conflict of interest").check()
    press(page, "I have no conflict")
    scores = page.get_by_label("Score from 0 to 5")
    expect(scores).to_have_count(2)
    for field in scores.all():
        field.fill("4")
    press(page, "Submit review (final)")
    expect(page.get_by_text("Review submitted. It is now final.").first).to_be_visible()

    become(page, manager)
    page.goto(url("rankedapplication") + f"?call__id__exact={call.pk}")
    expect(page.get_by_text("80.0").first).to_be_visible()
    follow(page, "Start a selection")
    page.get_by_label("Title").fill("Summer")
    press(page, "Start a selection")
    page.get_by_label(f"Outcome {application.reference}").select_option("selected")
    expect(page.locator("[data-places]")).to_have_text("29")
    press(page, "Save and propose")
    page.get_by_label("Reasons for the choice").fill("The best.")
    # One reviewer of the two that the call wants.
    page.get_by_label("Why continue all the same?").fill("The other reviewer is ill.")
    press(page, "Propose")
    # Else the second person may come before the first has done.
    assert wait_until(Selection.objects.filter(status="proposed").exists, timeout_seconds=30)

    become(page, second)
    page.goto(url("selection", "change", Selection.objects.get().pk))
    follow(page, "Confirm")
    page.get_by_label("Why continue all the same?").fill("One review is enough here.")
    press(page, "Confirm")
    follow(page, "Release letters")
    press(page, "Release letters")
    expect(page.get_by_text("1 letter is on its way.")).to_be_visible()

    assert Application.objects.get().status == "selected"
    assert Review.objects.get().total == 80
    assert PilotRegion.objects.get().place == 1
    letter = Message.objects.get(template="applications/email/selected")
    assert letter.status != "held"


def staged() -> dict[str, tuple[object, str]]:
    """The pages with most on them, and their states; every other one: test_admin_pages."""
    call = closed_call()
    first, second = eligible(call), eligible(call)
    scored(first, 5, 5)
    scored(first, 2, 1)
    review = scoring(second)
    manager = person(Role.MANAGER)
    proposal = proposed(call, {first: "selected"}, by=manager)
    confirmed = proposed(call, {eligible(call): "reserve"}, by=manager)
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=confirmed.pk, by=person(Role.MANAGER))
    draft = selecting.start(call_id=call.pk, by=manager, title="Draft")
    return {
        "application": (manager, url("application", "change", first.pk)),
        "applications": (manager, url("application")),
        "ranking": (manager, url("rankedapplication")),
        "score sheet": (review.reviewer, url("review", "score", review.pk)),
        "board": (manager, url("selection", "board", draft.pk)),
        "tried": (manager, url("selection", "board", draft.pk) + f"?try={first.pk},{second.pk}"),
        "optimiser": (manager, url("selection", "optimise", draft.pk)),
        "best portfolio": (manager, url("selection", "optimise", draft.pk) + "?places=2&border=1"),
        "contradiction": (
            manager,
            url("selection", "optimise", draft.pk) + "?places=0&number_0=1&group_0=country:FR",
        ),
        "comparison": (manager, url("selection", "compare") + f"?id={draft.pk}&id={proposal.pk}"),
        "letters": (manager, url("selection", "letters", confirmed.pk)),
        "letter": (manager, url("selection", "letter", confirmed.pk, Message.objects.held().get().pk)),
        "proposal": (manager, url("selection", "change", proposal.pk)),
    }


def test_staff_pages_are_accessible_wide_and_narrow_light_and_dark(page: Page) -> None:
    """Slow: alone in looking at the states of the fullest pages, each with all that can be on it."""
    learn_axe(page)
    found = []
    for user, address in staged().values():
        become(page, user)
        turn_light_and_wide(page)
        page.goto(address)
        found += grave_findings(page) + findings_dark_and_narrow(page)
    assert found == [], "\n".join(found)
