"""The content security policy of the administration in a real browser.

That no page of it breaks the policy is seen by `test_admin_pages`, which opens them all.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from core.violations.models import Violation
from impact.local.processes import wait_until
from tests.builders.applications import submitted
from tests.builders.calls import closed_call
from tests.builders.people import person_with_every_role
from tests.support.browsing import become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INJECT = """() => {
  window.injected = false;
  for (const tag of ["script", "style"]) {
    const element = document.createElement(tag);
    element.textContent = tag === "script" ? "window.injected = true" : "body { opacity: 0.5 }";
    document.body.append(element);
  }
}"""
REPORTED_WITHIN_SECONDS = 20


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_theme_has_its_colours_and_works_under_the_policy(page: Page):
    submitted(closed_call())
    become(page, person_with_every_role())
    page.goto("/admin/applications/application/")

    style = "getComputedStyle(document.documentElement).getPropertyValue"
    assert page.evaluate(f"{style}('--color-primary-600')").strip() == "oklch(43% .07 198)"
    assert page.evaluate("document.querySelectorAll('style').length") == 0
    assert page.locator("#changelist-actions").evaluate("bar => bar.style.width").endswith("px")
    page.get_by_role("checkbox", name="Select record").first.check()
    assert page.get_by_text("1 of 1 selected").is_visible()
    page.get_by_role("link", name="Home").first.click()
    assert page.title().startswith("Home")


def test_injected_script_and_style_do_nothing_and_are_reported(browser: Browser, live_server: LiveServer):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    become(page, person_with_every_role())
    page.goto("/admin/accounts/user/")

    page.evaluate(INJECT)

    assert page.evaluate("window.injected") is False
    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"
    assert wait_until(lambda: Violation.objects.count() == 2, REPORTED_WITHIN_SECONDS)
    context.close()
    assert set(Violation.objects.values_list("directive", "blocked", "page")) == {
        ("script-src-elem", "inline", "/admin/accounts/user/"),
        ("style-src-elem", "inline", "/admin/accounts/user/"),
    }
