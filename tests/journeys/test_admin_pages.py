"""Every page of the administration in a real browser: accessible, narrow and wide, light and dark.

The pages are found from the URL patterns, so that a page that somebody adds is looked at as well.
"""

from __future__ import annotations

from itertools import cycle

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import Page

from impact.accounts.enums import Role
from impact.demo import world
from tests.applications.staging import person
from tests.support.admin_pages import pages
from tests.support.browsing import grave_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE_LIGHT = ({"width": 1280, "height": 800}, "light")
NARROW_DARK = ({"width": 400, "height": 800}, "dark")
# A theme's page, one for each model and all alike, is looked at once.
ALIKE = ("history", "delete", "version")


@pytest.fixture
def everybody(settings):
    """One person with every role, who sees every page."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    world.load()
    user = person(Role.MANAGER)
    user.groups.set(Group.objects.all())
    return user


def shown_pages(user, half: int) -> list[str]:
    """Address of each page that is one: no file, no part of a page, not refused."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found: dict[str, str] = {}
    for page in list(pages(user))[half::2]:
        alike = page.kind if page.kind in ALIKE else page.address
        if alike in found:
            continue
        response = client.get(page.address)
        if response.streaming:
            assert b"".join(response.streaming_content)
        elif response.status_code == 200 and b"<html" in response.content:
            found[alike] = page.address
    return list(found.values())


def become(page: Page, user) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.goto("/robots.txt")
    home = page.url.removesuffix("robots.txt")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}
    page.context.add_cookies([cookie])


# Each half in a process of its own: they take the longest of all tests.
@pytest.mark.parametrize("half", [0, 1])
def test_every_admin_page_is_accessible_and_fits_a_phone(page: Page, everybody, half: int) -> None:
    addresses = shown_pages(everybody, half)
    become(page, everybody)
    found = []
    for address, (size, scheme) in zip(addresses, cycle((WIDE_LIGHT, NARROW_DARK)), strict=False):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        assert "/admin/" in page.url, page.url
        overflow = page.evaluate("document.documentElement.scrollWidth") - size["width"]
        found += grave_findings(page)
        found += [f"{address} is {overflow} px too wide"] if overflow > 0 else []

    assert found == [], "\n".join(found)
    assert len(addresses) > 40
