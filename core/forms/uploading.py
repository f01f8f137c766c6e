"""What `static/js/files.js` and a page say to each other when a file is uploaded without leaving the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string

HEADER = "X-Upload"


def is_by_script(request: HttpRequest) -> bool:
    """Whether the script sends the file, and not a person by a button."""
    return HEADER in request.headers


def stored(text: object, shown: Mapping[str, Any]) -> JsonResponse:
    """Answer that a file was stored.

    Args:
        text: says so.
        shown: what the page shows of the question now.
    """
    page = render_to_string("impact/files_list.html", dict(shown))
    return JsonResponse({"state": "stored", "text": str(text), "html": page, "canAdd": shown["can_add"]})


def refused(reasons: Iterable[object]) -> JsonResponse:
    """Answer that it was not stored, and why."""
    return JsonResponse({"state": "refused", "text": " ".join(map(str, reasons))})
