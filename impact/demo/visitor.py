"""A person at a browser without JavaScript: opens pages, fills forms in, presses buttons, keeps cookies."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin

from impact.demo.pages import Page, PageButton, PageForm
from impact.demo.query_count import HEADER, NAME

TIMEOUT_SECONDS = 60
Value = str | Sequence[str] | tuple[str, bytes] | bool | int


class NotAsExpected(Exception):
    """Raised when a page is not what a person would have to find; the text says which and why."""


class _Counter(urllib.request.BaseHandler):
    """Counts a visitor's requests, those that were sent on included, and their queries."""

    handler_order = 100

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        counted = re.search(rf'{NAME};desc="(\d+)"', response.headers.get(HEADER, ""))
        self._visitor.requests += 1
        self._visitor.queries += int(counted[1]) if counted else 0
        return response


class _Stays(urllib.request.HTTPRedirectHandler):
    """Takes a redirect as the answer."""

    def redirect_request(self, *given: object) -> None:
        return None


class Visitor:
    """One person with one browser; `requests` and `queries` count what the visit cost.

    Args:
        base_url: of the portal, with a slash at the end.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = self.url = base_url
        self._page = Page(b"")
        self.requests = self.queries = 0
        cookies, counter = urllib.request.HTTPCookieProcessor(CookieJar()), _Counter(self)
        self._opener = urllib.request.build_opener(cookies, counter)
        self._here = urllib.request.build_opener(cookies, counter, _Stays())

    def open(self, address: str, *, status: int = 200) -> Visitor:
        """Open an address, relative to the page; raise NotAsExpected if the status is another."""
        return self._send(urllib.request.Request(urljoin(self.url, address)), status)

    def follow(self, words: str) -> Visitor:
        """Follow the link that says just these words, else the first whose text contains them."""
        # A list names what was searched in a link of its own, which removes the search.
        for text, address in sorted(self._page.links, key=lambda link: link[0] != words):
            if words in text:
                return self.open(address)
        raise NotAsExpected(f"{self.url} has no link “{words}”")

    def press(self, words: str, values: Mapping[str, Value] | None = None, *, status: int = 200) -> Visitor:
        """Fill the form that has this button in, and press it.

        Args:
            words: in the text of the button.
            values: field name → text, list of choices, tick, or (file name, content); every other
                field is sent as it stands on the page.
            status: of the page that answers.

        Raises:
            NotAsExpected: no such button, a field that the form does not have, or another status.
        """
        return self._send(self.pressing(words, values), status)

    def pressing(self, words: str, values: Mapping[str, Value] | None = None) -> urllib.request.Request:
        """Return what `press` would send."""
        form, button = self._find(words)
        values = dict(values or {})
        if unknown := set(values) - form.names:
            raise NotAsExpected(f"{self.url}: the form has no field {', '.join(sorted(unknown))}")
        parts: list[tuple[str, Any]] = [pair for pair in form.fields if pair[0] not in values]
        parts += [(name, value) for name, given in values.items() for value in _sent(given)]
        parts += [(button.name, button.value)] if button.name else []
        address = urljoin(self.url, form.action or self.url)
        if form.method == "get":
            return urllib.request.Request(f"{address.split('?')[0]}?{urlencode(parts)}")
        body, content_type = _multipart(parts)
        request = urllib.request.Request(address, body, method="POST")
        request.add_header("Content-Type", content_type)
        request.add_header("Referer", self.url)
        return request

    def send(self, request: urllib.request.Request) -> int:
        """Send a request as it is, not following where the answer leads; return its status."""
        try:
            with self._here.open(request, timeout=TIMEOUT_SECONDS) as response:
                response.read()
                return int(response.status)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code

    def must_be_at(self, address: str) -> Visitor:
        """Raise NotAsExpected unless the page has this address, whatever stands behind its "?"."""
        if self.url.partition("?")[0] != address:
            raise NotAsExpected(f"{self.url} was reached instead of {address}: {self.text[:600]}")
        return self

    def must_show(self, *words: str) -> Visitor:
        """Raise NotAsExpected unless the page shows each of the texts."""
        text = self.text
        for word in words:
            if word not in text:
                raise NotAsExpected(f"{self.url} does not show “{word}”; it shows: {text[:600]}")
        return self

    def must_find(self, pattern: str) -> str:
        """Return what the pattern matches in the page's text, or raise NotAsExpected."""
        found = re.search(pattern, self.text)
        if found is None:
            raise NotAsExpected(
                f"{self.url} does not show anything like {pattern}; it shows: {self.text[:600]}"
            )
        return found[0]

    def option(self, name: str, words: str) -> str:
        """Return the value of the option or box of this name whose label contains the words."""
        for value, label in self._page.offered(name):
            if words in label:
                return value
        raise NotAsExpected(f"{self.url} offers no “{words}” for {name}")

    def key_of(self, words: str, model: str) -> str:
        """Return the key in the administration of the row that a link with these words leads to."""
        for text, address in self.links:
            found = re.search(rf"/{model}/(\d+)/", address)
            if words in text and found:
                return found[1]
        raise NotAsExpected(f"{self.url} has no link “{words}” to a row of {model}")

    def download(self, address: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the bytes of a file as they are sent; the visitor stays on the page."""
        request = urllib.request.Request(urljoin(self.url, address), headers=dict(headers or {}))
        with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content

    def shows(self, words: str) -> bool:
        return words in self.text

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return text and full address of every link."""
        return [(words, urljoin(self.url, address)) for words, address in self._page.links]

    @property
    def text(self) -> str:
        """What the page says, without its tags."""
        return self._page.text

    def field_names(self, words: str) -> set[str]:
        """Return the names of the fields of the form with this button."""
        return self._find(words)[0].names

    def _find(self, words: str) -> tuple[PageForm, PageButton]:
        for form in self._page.forms:
            for button in form.buttons:
                if words in button.words:
                    return form, button
        raise NotAsExpected(f"{self.url} has no button “{words}”; it shows: {self.text[:600]}")

    def _send(self, request: urllib.request.Request, status: int) -> Visitor:
        try:
            response = self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            self.url, self._page = response.url, Page(response.read())
        if response.status != status:
            raise NotAsExpected(f"{self.url} answered {response.status}, not {status}: {self.text[:600]}")
        return self


def _sent(value: Value) -> list[Any]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, str | tuple):
        return [value]
    return [str(value)] if isinstance(value, int) else list(value)


def _multipart(parts: Sequence[tuple[str, Any]]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    lines: list[bytes] = []
    for name, value in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, tuple):
            filename, content = value
            head += f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
        else:
            content = value.encode()
        lines += [head.encode(), b"", content]
    return b"\r\n".join(
        [*lines, f"--{boundary}--".encode(), b""]
    ), f"multipart/form-data; boundary={boundary}"
