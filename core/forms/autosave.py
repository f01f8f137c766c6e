"""What `static/js/autosave.js` and a page say to each other when a form saves itself while one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import ngettext

HEADER = "X-Autosave"


def is_asked(request: HttpRequest) -> bool:
    """Whether the script sends the form, and not a person by its button."""
    return HEADER in request.headers


def saved(*, base: str, problems: int = 0, note: Any = "") -> JsonResponse:
    """Answer that what is valid was saved.

    Args:
        base: on which saved text the page goes on.
        problems: answers that could not be saved as they stand.
        note: what else the person should know of the save.
    """
    # The time of the save is added in the reader's own zone.
    text = ngettext(
        "%(n)s answer on this page needs another look when you save.",
        "%(n)s answers on this page need another look when you save.",
        problems,
    ) % {"n": problems}
    told = {"state": "saved", "text": text if problems else "", "note": str(note), "base": base}
    return JsonResponse(told)


def refused(text: Any) -> JsonResponse:
    """Answer that nothing was saved, and why; the page keeps the text on the device."""
    return JsonResponse({"state": "refused", "text": str(text)})
