"""All tests of a process share a window of the browser; none finds there what another left."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support.browsing import forget_all

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_window_keeps_nothing_for_the_next_test(page: Page, window: Page, live_server: LiveServer) -> None:
    context = page.context
    page.goto("/about/")
    page.evaluate("localStorage.setItem('typed', 'a word')")
    context.add_cookies([{"name": "sessionid", "value": "somebody", "url": live_server.url}])
    context.set_offline(True)

    forget_all(window, live_server.url)

    later = context.new_page()
    later.goto("/about/")
    assert context.pages == [window, later]
    assert later.evaluate("localStorage.length") == 0
    assert [cookie for cookie in context.cookies() if cookie["value"] == "somebody"] == []
