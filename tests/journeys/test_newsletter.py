"""A reader subscribes, confirms, changes and leaves, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.accounts.enums import Role
from core.mail.models import Message
from newsletter import links
from newsletter.enums import SubscriberStatus
from newsletter.models import Subscriber
from tests.builders.newsletter import make_bulletin, make_subscriber
from tests.builders.people import make_staff
from tests.journeys.test_expert import log_in
from tests.support.browsing import assert_good_at_every_width
from tests.support.mailbox import link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reader_subscribes_confirms_changes_and_leaves(page: Page) -> None:
    page.goto("/newsletter/")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Webinars and events").check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()

    page.goto(link_in(Message.objects.get()))
    assert Subscriber.objects.get().status == SubscriberStatus.PENDING
    page.get_by_role("button", name="Yes, subscribe me").click()
    expect(page.get_by_text("You are subscribed.")).to_be_visible()

    page.get_by_label("New tools and analysis").check()
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_text("Your choice has been saved.")).to_be_visible()
    assert Subscriber.objects.get().topics == ["analysis", "events"]

    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You have unsubscribed")).to_be_visible()
    assert Subscriber.objects.get().status == SubscriberStatus.UNSUBSCRIBED


def test_pages_are_accessible_in_both_languages(page: Page) -> None:
    subscriber = make_subscriber()
    token = links.preferences_address(subscriber).split("/")[-2]
    confirm = links.confirm_address(subscriber).split("/")[-2]
    for path in (
        "/newsletter/",
        "/fr/newsletter/",
        "/newsletter/asked/",
        f"/newsletter/confirm/{confirm}/",
        f"/newsletter/preferences/{token}/",
        f"/newsletter/unsubscribe/{token}/",
        f"/newsletter/delete/{token}/",
        "/newsletter/preferences/nonsense/",
    ):
        page.goto(path)
        assert_good_at_every_width(page)


def test_refusal_is_accessible(page: Page) -> None:
    page.goto("/newsletter/")
    page.get_by_role("button", name="Subscribe").click()

    expect(page.locator(".error-summary a")).to_have_count(2)
    assert_good_at_every_width(page)


def test_bulletin_is_previewed_in_both_languages(page: Page, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    bulletin = make_bulletin()
    make_staff(Role.COMMUNICATIONS, email="news@oecd.example")
    log_in(page, "news@oecd.example")

    page.goto(f"/admin/newsletter/bulletin/{bulletin.pk}/change/")
    page.get_by_role("link", name="Send or schedule").click()

    expect(page.get_by_role("heading", name="Webinaire en mai")).to_be_visible()
    expect(page.get_by_text("0 subscribers would receive it now.")).to_be_visible()
