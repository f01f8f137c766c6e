"""Takes the pictures of docs/staff.md anew; only when asked to.

`IMPACT_SCREENSHOTS=1 python3 manage.py test tests/journeys/test_screenshots.py -n0`
"""

from __future__ import annotations

import io
import os
from itertools import chain, repeat

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from applications.enums import ApplicationStatus, SelectionOutcome
from applications.models import Application, Call, Review, Selection
from applications.reviewing.querysets import with_scores
from applications.selecting.actions import confirming, selecting
from applications.selecting.intended import IntendedOutcome
from core.accounts.enums import Role
from impact.demo import people, world
from matching.models import MatchRun
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.people import person
from tests.builders.selections import undone_by_two
from tests.support.browsing import become

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("IMPACT_SCREENSHOTS" not in os.environ, reason="writes into docs/screenshots"),
]
FOLDER = django_settings.BASE_DIR / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 860}
# Few colours make a small file; screens of forms and tables have few anyway.
COLOURS = 96
# Given in the scenarios of the first call.
PLACES = 8


def take(page: Page, name: str, address: str, *, scheme: str = "light", opened: str = "") -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert page.url.endswith(address), page.url
    page.wait_for_load_state("networkidle")
    if opened:
        page.locator(opened).first.click()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def url(model: str, name: str = "changelist", *args) -> str:
    return reverse(f"admin:{model}_{name}", args=args)


def take_selecting(page: Page, manager) -> None:
    """The first call of the demo once more as it was before its selection: two scenarios, one confirmed."""
    first, call = Selection.objects.get(), Call.objects.earliest("number")
    Call.objects.filter(pk=call.pk).update(results_published_at=None)
    undone_by_two(first, reason="To compare scenarios.")
    ranked = with_scores(Application.objects.candidates().filter(call=call)).order_by("-mean_total")
    by_rank = scenario(call, manager, "By rank", ranked)
    others = scenario(call, manager, "Other borders first", sorted(ranked, key=lambda row: row.pk))
    limits = f"?places={PLACES}&border=1&country=2"
    take(page, "staff-optimiser", url("applications_selection", "optimise", others.pk) + limits)
    compared = f"?id={by_rank.pk}&id={others.pk}"
    take(page, "staff-comparison", url("applications_selection", "compare") + compared)
    selecting.propose(accepting=ALL_THE_SAME, selection_id=by_rank.pk, by=manager, note="By rank.")
    confirming.confirm(
        accepting=ALL_THE_SAME, selection_id=by_rank.pk, by=person(Role.MANAGER), reason="Agreed."
    )
    letters = url("applications_selection", "letters", by_rank.pk)
    take(page, "staff-letters", letters, opened="summary.staff-opens")
    take(page, "staff-dossier", url("applications_call", "decide_one", call.pk, "dossier"))


def scenario(call: Call, manager, title: str, applications) -> Selection:
    draft = selecting.start(call_id=call.pk, by=manager, title=title)
    outcomes = chain(repeat(SelectionOutcome.SELECTED, PLACES), repeat(SelectionOutcome.NOT_SELECTED))
    choices = [
        IntendedOutcome(row.pk, outcome, None) for row, outcome in zip(applications, outcomes, strict=False)
    ]
    selecting.save_choices(selection_id=draft.pk, by=manager, choices=choices)
    return draft


def test_pictures_of_the_staff_pages_are_taken(page: Page, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    world.load()
    everybody = person(Role.MANAGER, name="Alex Example")
    everybody.groups.set(Group.objects.exclude(name=Role.REVIEWER))
    scored = Application.objects.filter(reviews__status="submitted").exclude(status=ApplicationStatus.DRAFT)
    page.set_viewport_size(SIZE)
    become(page, everybody)
    take(page, "staff-application", url("applications_application", "change", scored.earliest("pk").pk))
    take(page, "staff-home", "/admin/")
    take(page, "staff-home-dark", "/admin/", scheme="dark")
    take(page, "staff-applications", url("applications_application"))
    take(page, "staff-ranking", url("applications_rankedapplication"))
    take(
        page, "staff-selection", url("applications_selection", "change", Selection.objects.earliest("pk").pk)
    )
    take(page, "staff-criteria", url("applications_call", "criteria", Call.objects.latest("number").pk))
    take(page, "staff-matching", url("matching_matchrun", "change", MatchRun.objects.latest("pk").pk))
    take(page, "staff-who-saw-what", url("access_access"))
    take_selecting(page, everybody)
    review = Review.objects.filter(reviewer__email__in=people.REVIEWER_EMAILS, status="scoring").first()
    if review:
        become(page, review.reviewer)
        take(page, "staff-score-sheet", url("applications_review", "score", review.pk))

    assert all(picture.stat().st_size < 200_000 for picture in FOLDER.glob("staff-*.png"))
