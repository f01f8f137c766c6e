"""Real pages in a real browser, with the rules that hold for every page."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route, ViewportSize, WebError

from core.accounts.models import User

# No name but this machine's is found, so that nothing leaves it whatever a page asks for.
ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 400, "height": 800}
# As narrow as WCAG asks: 1280 pixels at 400 %.
PHONE: ViewportSize = {"width": 320, "height": 700}
# What colours and width change; names, roles and order are the same in both.
OF_COLOUR_AND_SIZE = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")


class HouseRules:
    """Notes what no page may do: ask another host, break the content security policy, throw."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.broken: list[str] = []
        self._home = urlsplit(home).netloc
        self._context = context
        # Listening rather than routing: a routed browser keeps no file in its cache.
        self._context.on("request", self._see)
        self._context.on("console", self._hear)
        self._context.on("weberror", self._catch)

    def end(self) -> None:
        """Note nothing any more."""
        self._context.remove_listener("request", self._see)
        self._context.remove_listener("console", self._hear)
        self._context.remove_listener("weberror", self._catch)

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob", "about") or parts.netloc == self._home

    def _see(self, request: Request) -> None:
        if not self._is_ours(request.url):
            self.broken.append(f"request to another host: {request.url}")

    def _catch(self, error: WebError) -> None:
        self.broken.append(f"JavaScript error: {error.error}")

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.broken.append(message.text)


def forget_all(window: Page, home: str) -> None:
    """Close all pages but the window's own, and leave nothing in the browser of what they had there."""
    context = window.context
    for page in context.pages:
        if page != window:
            page.close()
    context.set_offline(False)
    context.clear_cookies()
    browser = context.new_cdp_session(window)
    browser.send("Storage.clearDataForOrigin", {"origin": home, "storageTypes": "all"})
    browser.send("Network.clearBrowserCache")
    browser.detach()


def become(page: Page, user: User) -> None:
    """Let the browser be logged in as somebody, without the pages and the e-mail that lead there."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}]
    )


def assert_accessible(page: Page, rules: Sequence[str] = ()) -> None:
    """Fail with a readable report if the page breaks a rule of WCAG 2.2 AA that axe can see.

    Args:
        rules: those of axe to look at; all if none is given.
    """
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG_TAGS}
    results = AxeResults({"violations": _violations(page, {"runOnly": only})})
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def assert_good_at_every_width(page: Page) -> None:
    """Fail if the page is not accessible or too wide, on a phone or on a desk, which it is left on."""
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        assert_accessible(page, rules=OF_COLOUR_AND_SIZE if size == PHONE else ())
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def assert_good_light_and_dark(page: Page, path: str) -> None:
    """Fail if the page at this address is not accessible or too wide, on a desk or a phone, light or dark."""
    for scheme, rules in (("light", ()), ("dark", OF_COLOUR_AND_SIZE)):
        page.emulate_media(color_scheme=scheme)
        # Opened anew: a colour that is on its way to another would be taken for the one before.
        page.goto(path)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            assert_accessible(page, rules)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def learn_axe(page: Page) -> None:
    """Give the page axe with every address it opens: quicker than handing it over each time."""
    page.add_init_script(Axe().axe_script)


def grave_findings(page: Page, *, outside: str = "", rules: Sequence[str] = ()) -> list[str]:
    """What axe calls serious or critical, a line each: for the administration, whose theme is not ours.

    Args:
        outside: a part of the page to leave out.
        rules: those of axe to look at; all if none is given.
    """
    chosen = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = _violations(page, chosen, outside)
    return [
        f"{page.url} {page.viewport_size} {rule['impact']} {rule['id']}:"
        f" {[node['target'] for node in rule['nodes']][:3]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def _violations(page: Page, chosen: dict[str, Any], outside: str = "") -> list[dict[str, Any]]:
    """What axe finds on the page with these options; it is handed over unless the page has it already."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    context = {"include": [["html"]], "exclude": [[outside]] if outside else []}
    # Else axe fetches every style sheet, for an experimental rule that is not among those looked at;
    # and hands over every node that passed, which takes longer than the rules.
    options = {"preload": {"assets": ["media"]}, "resultTypes": ["violations"]} | chosen
    return page.evaluate("async asked => (await axe.run(...asked)).violations", [context, options])


def open_without_script(page: Page, address: str, name: str) -> Callable[[], None]:
    """Open a page whose script of this name is still on its way; what is returned lets it come."""
    script = re.compile(rf"/{name}[^/]*\.js")
    held: list[Route] = []
    page.route(script, lambda route: held.append(route))
    with page.expect_request(script):
        page.goto(address, wait_until="commit")
    return lambda: held[0].continue_()


def turn_light_and_wide(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")


def findings_dark_and_narrow(
    page: Page, *, outside: str = "", rules: Sequence[str] = OF_COLOUR_AND_SIZE
) -> list[str]:
    """Turn a page of the administration dark and as narrow as a phone; return what is grave or too wide.

    Args:
        outside: a part of the page to leave out.
        rules: those of axe to look at; all if it is empty.
    """
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.matches('.dark')")
    found = grave_findings(page, outside=outside, rules=rules)
    excess = page.evaluate("document.documentElement.scrollWidth") - NARROW["width"]
    return [*found, f"{page.url} is {excess} px too wide"] if excess > 0 else found
