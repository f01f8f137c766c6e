"""Takes the pictures of docs/staff.md anew; only when asked to.

`IMPACT_SCREENSHOTS=1 python3 manage.py test tests/journeys/test_screenshots.py -n0`
"""

from __future__ import annotations

import io
import os

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from applications.enums import ApplicationStatus
from applications.models import Application, Call, Review, Selection
from impact.accounts.enums import Role
from impact.demo import people, world
from matching.models import MatchRun
from tests.applications.staging import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("IMPACT_SCREENSHOTS" not in os.environ, reason="writes into docs/screenshots"),
]
FOLDER = django_settings.BASE_DIR / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 860}
# Few colours make a small file; screens of forms and tables have few anyway.
COLOURS = 96


def become(page: Page, user) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.clear_cookies()
    page.goto("/robots.txt")
    home = page.url.removesuffix("robots.txt")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}
    page.context.add_cookies([cookie])


def take(page: Page, name: str, address: str, *, scheme: str = "light") -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert page.url.endswith(address), page.url
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def url(model: str, name: str = "changelist", *args) -> str:
    return reverse(f"admin:{model}_{name}", args=args)


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
    review = Review.objects.filter(reviewer__email__in=people.REVIEWER_EMAILS, status="scoring").first()
    if review:
        become(page, review.reviewer)
        take(page, "staff-score-sheet", url("applications_review", "score", review.pk))

    assert all(picture.stat().st_size < 200_000 for picture in FOLDER.glob("staff-*.png"))
