"""Whoever logs out leaves no unsent text behind, unless they choose to; others' text is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.accounts.enums import Role
from tests.builders.people import make_person, person
from tests.support.browsing import assert_good_at_every_width, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX = "Keep my unsaved text in this browser. Do not tick this on a shared computer."


def keys(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('impact:')).sort()")


def leave_text(page: Page, *people: Any) -> None:
    for each in people:
        page.evaluate(
            "(key) => localStorage.setItem(key, JSON.stringify({ at: Date.now(), path: '/x/', typed: [] }))",
            f"impact:{each.pk}:/x/",
        )


def test_logging_out_clears_the_own_text_or_keeps_it_by_choice(page: Page, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    ana, ben, staff = (
        make_person("ana@example.org"),
        make_person("ben@example.org"),
        person(Role.ADMINISTRATOR),
    )
    become(page, ana)
    page.goto("/me/")
    expect(page.get_by_label(BOX)).to_be_hidden()
    leave_text(page, ana, ben)

    # By choice.
    page.goto("/accounts/")
    page.get_by_label(BOX).check()
    assert_good_at_every_width(page)
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    assert keys(page) == sorted([f"impact:{ana.pk}:/x/", f"impact:{ben.pk}:/x/"])

    # By default.
    for address in ("/me/", "/accounts/logout/"):
        become(page, ana)
        page.goto(address)
        leave_text(page, ana)
        page.get_by_role("button", name="Log out", exact=True).click()
        expect(page.get_by_role("link", name="Log in")).to_be_visible()
        assert keys(page) == [f"impact:{ben.pk}:/x/"]

    # Of staff, in the menu of the administration.
    become(page, staff)
    page.goto("/admin/")
    leave_text(page, staff)
    with page.expect_navigation():
        page.evaluate("document.getElementById('logout-form').requestSubmit()")
    page.goto("/")
    assert keys(page) == [f"impact:{ben.pk}:/x/"]
