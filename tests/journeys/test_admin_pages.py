"""Every page of the administration in a real browser: wide and light, by the Tab key, narrow and dark.

The pages are found from the URL patterns, so that a page that somebody adds is looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from playwright.sync_api import Error, Page

from tests.builders.people import person_with_every_role
from tests.support import demo_world
from tests.support.admin_pages import pages
from tests.support.browsing import (
    OF_COLOUR_AND_SIZE,
    become,
    findings_dark_and_narrow,
    grave_findings,
    learn_axe,
    turn_light_and_wide,
)
from tests.support.tabbing import findings_by_tab, learn_to_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A theme's page, one for each model and all alike, is looked at once.
ALIKE = ("history", "delete", "version")


@pytest.fixture
def everybody(settings, monkeypatch):
    """One person with every role, who sees every page."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    # The hundredth row of a table looks like the others, and costs as much.
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", 8)
    return person_with_every_role()


def shown_pages(page: Page, user, half: int) -> Iterator[str]:
    """Open each page that is one, wide and light: no file, no part of a page, not refused."""
    seen = set()
    for admin_page in list(pages(user))[half::2]:
        alike = admin_page.kind if admin_page.kind in ALIKE else admin_page.address
        if alike in seen:
            continue
        turn_light_and_wide(page)
        try:
            # No longer than it takes to know whether it is looked at: that waits for the rest.
            response = page.goto(admin_page.address, wait_until="commit")
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue
        if response.status == 200 and page.url not in seen and "<html" in response.text():
            assert "/admin/" in page.url, page.url
            seen |= {alike, page.url}
            yield admin_page.address


# Each half in a process of its own: they take the longest of all tests.
@pytest.mark.parametrize("half", [0, 1])
def test_every_admin_page_is_accessible_by_keyboard_and_fits_a_phone(
    page: Page, everybody, half: int
) -> None:
    """Slow: alone in finding a page of the administration that hides a control or a focus from somebody.

    Each page is looked at as a browser draws it, twice; what the server sends is not enough to tell.
    """
    learn_axe(page)
    learn_to_tab(page)
    become(page, everybody)
    addresses, found = [], []
    for address in shown_pages(page, everybody, half):
        # The theme's frame is the same on all pages: it is looked at in full with the first alone.
        known, rules = ("#nav-sidebar", OF_COLOUR_AND_SIZE) if addresses else ("", ())
        found += grave_findings(page, outside=known)
        found += findings_by_tab(page, "#main")
        found += findings_dark_and_narrow(page, outside=known, rules=rules)
        addresses.append(address)

    assert found == [], "\n".join(found)
    assert len(addresses) > 40
