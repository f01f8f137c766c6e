"""The account pages in a real browser: accessible, by keyboard, on a phone, under the strict policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.accounts import actions
from core.accounts.enums import Role
from core.mail.models import Message
from tests.builders.mails import make_message
from tests.builders.people import make_person, make_staff
from tests.support.browsing import assert_accessible
from tests.support.logging_in import add_app, app_code
from tests.support.mailbox import newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 640}


def assert_fits(page: Page) -> None:
    """Nothing reaches over the edge, so that nobody has to scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def log_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Six-digit code").fill(newest_code(email))
    page.get_by_role("button", name="Continue").click()


def test_new_person_begins_by_keyboard_alone(page: Page) -> None:
    page.goto("/accounts/login/")
    assert_accessible(page)
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("new@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/code/")
    assert_accessible(page)
    page.get_by_label("Six-digit code").focus()
    page.keyboard.type("000000" if newest_code("new@example.org") != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("This code is incorrect.")
    assert_accessible(page)
    page.get_by_label("Six-digit code").fill(newest_code("new@example.org"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")


def test_account_pages_are_accessible_and_fit_a_phone(page: Page) -> None:
    make_person("ana@example.org")
    page.set_viewport_size(PHONE)
    page.goto("/accounts/login/password/")
    assert_accessible(page)
    log_in(page, "ana@example.org")
    for address in (
        "",
        "second-factor/",
        "second-factor/app/",
        "second-factor/keys/",
        "second-factor/keys/add/",
        "logout/",
    ):
        page.goto(f"/accounts/{address}")
        assert_accessible(page)
        assert_fits(page)


def test_staff_set_up_a_passkey_and_log_in_with_it_alone(page: Page) -> None:
    staff = make_staff(Role.ADMINISTRATOR)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    log_in(page, "staff@example.org")
    page.wait_for_url("**/accounts/second-factor/")
    page.get_by_role("link", name="Add a key").click()
    assert_accessible(page)
    page.get_by_label("Set-up code").fill(actions.issue_set_up_code(user_id=staff.pk, by=None)[1].lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Log in with this key alone").check()
    page.get_by_role("button", name="Add key").click()
    page.wait_for_url("**/accounts/second-factor/codes/")
    assert_accessible(page)
    page.get_by_role("link", name="go to the administration").click()
    expect(page.get_by_role("heading", name="Your tasks")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/password/?next=/admin/mail/message/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(re.compile("/admin/"))


def test_staff_with_app_pass_it_on_the_way_in(page: Page) -> None:
    secret = add_app(make_staff(Role.ADMINISTRATOR))
    log_in(page, "staff@example.org")
    page.wait_for_url("**/accounts/login/second-factor/")
    assert_accessible(page)
    page.get_by_label("Code").fill(app_code(secret))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your tasks")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_decision_page_is_accessible_and_keeps_what_was_typed(page: Page, settings, scheme: str) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    person = make_person("ana@example.org")
    make_staff(Role.ADMINISTRATOR)
    page.emulate_media(color_scheme=scheme)
    log_in(page, "staff@example.org")
    page.goto(f"/admin/accounts/user/{person.pk}/change/")
    page.get_by_role("link", name="Change roles").click()
    expect(page.get_by_label("Reason")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Reviewer").check()
    page.get_by_role("button", name="Change roles").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing has been changed")
    expect(page.get_by_label("Reviewer")).to_be_checked()
    assert_accessible(page)
    page.get_by_label("Reason").fill("New in the team")
    page.get_by_role("button", name="Change roles").click()
    expect(page.get_by_text("Roles changed.")).to_be_visible()
    assert person.changes.get().reason == "New in the team"


def test_home_of_staff_is_accessible(page: Page, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    make_staff(Role.ADMINISTRATOR)
    make_message("failed")
    log_in(page, "staff@example.org")
    expect(page.get_by_role("link", name="e-mails could not be sent")).to_be_visible()
    assert_accessible(page)
    assert Message.objects.needing_attention().count() == 1
