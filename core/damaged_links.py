"""Addresses that a mail program damaged: with a full stop or a bracket behind, or broken across a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

from core.headers import STORE_NOTHING

# Where a line was broken: in an e-mail as it is sent, or in an answer that cites it.
_BREAK = re.compile(r"=?[\r\n]+[>\s]*")
_NOT_OURS = " .,;:!?*_|\\'\"()[]{}<>«»‹›“”„‘’…、。"


class DamagedLinkMiddleware:
    """Leads to the page that was meant, where a page is not found and its address has something around it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        meant = address_meant(request.path_info)
        return _lead_to(meant, request) if meant else response


def address_meant(path: str) -> str | None:
    """Return the address of a page of ours that is in this one; None if there is none other."""
    bare = _without_damage(path)
    if not path.startswith("/") or bare in ("", path.rstrip("/")):
        return None
    return next((other for other in (f"{bare}/", bare) if _leads_somewhere(other)), None)


def _without_damage(path: str) -> str:
    seen = "".join(mark for mark in _BREAK.sub("", path) if not _is_unseen(mark))
    return seen.rstrip(_NOT_OURS + "/")


def _is_unseen(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) in ("Cc", "Cf", "Zs")


def _leads_somewhere(path: str) -> bool:
    try:
        # Without a name: what the administration has for all that it does not know.
        return resolve(path).url_name is not None
    except Resolver404:
        return False


def _lead_to(path: str, request: HttpRequest) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(quote(path, safe="/:@+,;=&$!*'()~") + (f"?{query}" if query else ""))
    # It may be as good as a password.
    response["Cache-Control"] = STORE_NOTHING
    return response
