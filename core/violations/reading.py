"""What is kept of a browser's report: which rule, which site, which kind of page."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from csp.utils import DEFAULT_DIRECTIVES
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

UNKNOWN = "?"
# Fetch directives of which browsers speak more exactly than policies do.
DIRECTIVES = frozenset(DEFAULT_DIRECTIVES) | {
    "script-src-elem",
    "script-src-attr",
    "style-src-elem",
    "style-src-attr",
}
KINDS_OF_CONTENT = ("inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy")
LONGEST_SITE = 120


class ViolationReport(NamedTuple):
    directive: str
    blocked: str
    page: str


def read_report(body: bytes, host: str) -> ViolationReport | None:
    """Return what is kept of a report; None if it is not about a page of ours and a rule that there is.

    Args:
        host: ours; anybody can send a report about a page of another.

    Raises:
        ValueError: it is no report.
    """
    content = json.loads(body)
    about = content.get("csp-report") if isinstance(content, dict) else None
    if not isinstance(about, dict):
        raise ValueError("No report")
    document = _text(about, "document-uri")
    names = _text(about, "effective-directive", "violated-directive").split()
    if not names or names[0] not in DIRECTIVES or _parts(document)[1] != host:
        return None
    return ViolationReport(names[0], _site(_text(about, "blocked-uri")), _kind_of_page(document))


def _text(about: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := about.get(name), str) and value), "")


def _parts(address: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", "", ""
    return parts.scheme, parts.netloc, parts.path


def _site(blocked: str) -> str:
    """Return scheme and host of what was blocked: the rest of an address may say whose page it was."""
    if blocked in KINDS_OF_CONTENT:
        return blocked
    scheme, host, _path = _parts(blocked)
    site = f"{scheme}://{host.rpartition('@')[2]}" if host else scheme
    return site if site and site.isascii() and site.isprintable() and len(site) <= LONGEST_SITE else UNKNOWN


def _kind_of_page(document: str) -> str:
    """Return the pattern that the address matches: it holds no id, no name and no signed link."""
    path = _parts(document)[2]
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return f"/{resolve(path).route}"
        except Resolver404:
            return UNKNOWN
