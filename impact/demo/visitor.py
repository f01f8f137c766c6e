"""A person at a browser without JavaScript: opens pages, fills forms in, presses buttons, keeps cookies."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin

from impact.demo.query_count import HEADER, NAME

TIMEOUT_SECONDS = 60
FORM = re.compile(r"(?s)<form\b.*?</form>")
# What stands in one is on no page yet.
TEMPLATE = re.compile(r"(?s)<template\b.*?</template>")
Value = str | Sequence[str] | tuple[str, bytes] | bool | int


class NotAsExpected(Exception):
    """Raised when a page is not what a person would have to find; the text says which and why."""


@dataclass
class Form:
    """A form as it stands on the page: what pressing a button would send."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the forms and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        # Name → value and label of what may be chosen.
        self.offered: dict[str, list[tuple[str, str]]] = {}
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._button: tuple[str, str] | None = None
        self._link: str | None = None
        self._boxes: list[tuple[str, str]] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._link, self._text = given.get("href", ""), []
        elif tag == "label":
            self._boxes, self._text = [], []
        elif self._form is not None:
            self._start_control(tag, given, {name for name, _value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        words = " ".join("".join(self._text).split())
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((words, self._link))
            self._link = None
        elif tag == "label":
            for name, value in self._boxes:
                self.offered.setdefault(name, []).append((value, words))
            self._boxes = []
        elif self._form is not None:
            self._end_control(tag, words)

    def _start_control(self, tag: str, given: dict[str, str], present: set[str]) -> None:
        assert self._form
        name = given.get("name", "")
        if "disabled" in present:
            return
        if tag == "input":
            self._input(name, given, present)
        elif tag == "select":
            self._select, self._options = (name, "multiple" in present), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in present))
            self._text = []
        elif tag == "textarea":
            self._textarea, self._text = name, []
        elif tag == "button":
            self._button, self._text = (name, given.get("value", "")), []

    def _input(self, name: str, given: dict[str, str], present: set[str]) -> None:
        assert self._form
        kind = given.get("type", "text")
        if kind in ("submit", "image"):
            self._form.buttons.append((given.get("value", ""), name, given.get("value", "")))
        elif kind not in ("button", "reset") and name:
            self._form.names.add(name)
            if kind in ("checkbox", "radio"):
                self._boxes.append((name, given.get("value", "on")))
            if kind != "file" and (kind not in ("checkbox", "radio") or "checked" in present):
                self._form.fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def _end_control(self, tag: str, words: str) -> None:
        assert self._form
        if tag == "option" and self._select:
            self.offered.setdefault(self._select[0], []).append((self._options[-1][0], words))
        elif tag == "select" and self._select:
            name, is_multiple = self._select
            chosen = [value for value, is_selected in self._options if is_selected]
            if not is_multiple and not chosen and self._options:
                chosen = [self._options[0][0]]
            self._form.names.add(name)
            self._form.fields += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self._form.names.add(self._textarea)
            self._form.fields.append((self._textarea, "".join(self._text).removeprefix("\n")))
            self._textarea = None
        elif tag == "button" and self._button:
            self._form.buttons.append((words, *self._button))
            self._button = None


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


class Visitor:
    """One person with one browser; `requests` and `queries` count what the visit cost.

    Args:
        base_url: of the portal, with a slash at the end.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = self.url = base_url
        self.html = ""
        self.requests = self.queries = 0
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies, _Counter(self))

    def open(self, address: str, *, status: int = 200) -> Visitor:
        """Open an address, relative to the page; raise NotAsExpected if the status is another."""
        return self._send(urllib.request.Request(urljoin(self.url, address)), status)

    def follow(self, words: str) -> Visitor:
        """Follow the first link whose text contains the words."""
        for text, address in self._page.links:
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
        form, button = self._find(words)
        values = dict(values or {})
        if unknown := set(values) - form.names:
            raise NotAsExpected(f"{self.url}: the form has no field {', '.join(sorted(unknown))}")
        parts: list[tuple[str, Any]] = [pair for pair in form.fields if pair[0] not in values]
        parts += [(name, value) for name, given in values.items() for value in _sent(given)]
        parts += [button] if button[0] else []
        address = urljoin(self.url, form.action or self.url)
        if form.method == "get":
            return self.open(f"{address.split('?')[0]}?{urlencode(parts)}", status=status)
        body, content_type = _multipart(parts)
        request = urllib.request.Request(address, body, method="POST")
        request.add_header("Content-Type", content_type)
        request.add_header("Referer", self.url)
        return self._send(request, status)

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
        for value, label in self._page.offered.get(name, []):
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

    def download(self, address: str) -> bytes:
        """Return the bytes of a file; the visitor stays on the page."""
        with self._opener.open(urljoin(self.url, address), timeout=TIMEOUT_SECONDS) as response:
            return response.read()

    def shows(self, words: str) -> bool:
        return words in self.text

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return text and full address of every link."""
        return [(words, urljoin(self.url, address)) for words, address in self._page.links]

    @property
    def text(self) -> str:
        """What the page says, without its tags."""
        bare = re.sub(r"(?s)<(script|style|head)\b.*?</\1>|<[^>]+>", " ", self.html)
        return " ".join(unescape(bare).split())

    def field_names(self, words: str) -> set[str]:
        """Return the names of the fields of the form with this button."""
        return self._find(words)[0].names

    @cached_property
    def _page(self) -> _Reader:
        return _read([TEMPLATE.sub("", self.html)])

    @cached_property
    def _forms(self) -> list[Form]:
        """The forms alone: most of a page is words, and whoever presses a button need not read them."""
        return _read(FORM.findall(TEMPLATE.sub("", self.html))).forms

    def _find(self, words: str) -> tuple[Form, tuple[str, str]]:
        for form in self._forms:
            for text, name, value in form.buttons:
                if words in text:
                    return form, (name, value)
        raise NotAsExpected(f"{self.url} has no button “{words}”; it shows: {self.text[:600]}")

    def _send(self, request: urllib.request.Request, status: int) -> Visitor:
        try:
            response = self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            self.url, content = response.url, response.read()
        self.html = content.decode("utf-8", "replace")
        # Read when asked for: a visitor who only looks costs next to nothing.
        self.__dict__.pop("_page", None)
        self.__dict__.pop("_forms", None)
        if response.status != status:
            raise NotAsExpected(f"{self.url} answered {response.status}, not {status}: {self.text[:600]}")
        return self


def _read(parts: Iterable[str]) -> _Reader:
    reader = _Reader()
    for part in parts:
        reader.feed(part)
    return reader


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
