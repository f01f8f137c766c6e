"""What happens to every request before a view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from core.text import clean_query


class CleanTextMiddleware:
    """Cleans every text that a browser sends, so that no form and no search can forget to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and not _reads_any_bytes(request.encoding):
            raise BadRequest("no charset of texts")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *parts: Any) -> None:
        request.GET = clean_query(request.GET)  # type: ignore[assignment]  # the stubs say it never changes
        # Here and not before: by now Django has read the form anyway, to look for its CSRF token. Views
        # without one read the body themselves, with limits of their own.
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = clean_query(request.POST)  # type: ignore[assignment]  # as above

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Refuse what is nested so deeply that no form of ours, nor of a package, can read it."""
        if isinstance(error, RecursionError) and request.method == "POST":
            raise BadRequest("nested too deeply") from error


def _reads_any_bytes(charset: str) -> bool:
    """Whether a charset that a browser names can read a form; Python knows some that are none of texts."""
    try:
        b"a=\xff".decode(charset, "replace")
    except (LookupError, ValueError):
        return False
    return True
