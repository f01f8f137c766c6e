"""Real pages in a real browser, with the rules that hold for every page."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route

WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class HouseRules:
    """Notes what no page may do: ask another host, break the content security policy, throw."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.broken: list[str] = []
        self._home = urlsplit(home).netloc
        context.route(lambda url: not self._is_ours(url), self._refuse)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.broken.append(f"JavaScript error: {error.error}"))

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob", "about") or parts.netloc == self._home

    def _refuse(self, route: Route, request: Request) -> None:
        self.broken.append(f"request to another host: {request.url}")
        route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.broken.append(message.text)


def assert_accessible(page: Page) -> None:
    """Fail with a readable report if the page breaks a rule of WCAG 2.2 AA that axe can see."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG_TAGS}})
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
