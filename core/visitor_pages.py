"""Pages that are the same for every visitor who is not logged in, kept for a short while."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip

from core.bases import ViewBase
from core.headers import is_known


class VisitorCacheMixin(ViewBase):
    """Shows the same page to all who are not logged in; each language has an address of its own."""


class _Kept(NamedTuple):
    """An answer as it was sent."""

    content: bytes
    headers: dict[str, str]


class VisitorPagesMiddleware:
    """Answers from the cache `pages`, before any other middleware, database, session or Redis.

    What is kept has passed all of them, so that its headers and its compression are those of every answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        kept = caches["pages"].get(key)
        if kept is not None:
            return HttpResponse(kept.content, headers=kept.headers)
        response = self.get_response(request)
        if response.status_code == 200 and not response.cookies and _is_for_visitors(request):
            caches["pages"].set(key, _Kept(response.content, dict(response.items())))
        return response


def _key(request: HttpRequest) -> str | None:
    """Return under what an answer may be kept, or None.

    The links to the other languages carry on what stands behind the "?": it is no other visitor's.
    """
    if request.method != "GET" or request.META.get("QUERY_STRING") or is_known(request):
        return None
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    try:
        request.get_host()
    except DisallowedHost:
        # Refused as for every other page.
        return None
    is_compressed = re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    # Any text may stand in an address, but not in a key.
    # Where the site stands is a part of its own: the address is both of them joined.
    where = json.dumps([request.META.get("SCRIPT_NAME", ""), request.path_info])
    place = hashlib.sha256(where.encode()).hexdigest()
    return f"{'gzip' if is_compressed else 'plain'}:{place}"


def _is_for_visitors(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and issubclass(getattr(match.func, "view_class", object), VisitorCacheMixin)
