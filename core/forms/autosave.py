"""What `static/js/autosave.js` and a page say to each other when a form saves itself while one types."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

HEADER = "X-Autosave"
# More problems than these are counted.
NAMED_PROBLEMS = 3


def is_asked(request: HttpRequest) -> bool:
    """Whether the script sends the form, and not a person by its button."""
    return HEADER in request.headers


def saved(
    *, base: str, problems: Sequence[Any] = (), wrong: Sequence[str] = (), note: object = ""
) -> JsonResponse:
    """Answer that what is valid was saved.

    Args:
        base: on which saved text the page goes on.
        problems: which answers could not be saved as they stand, and why.
        wrong: the ids of their fields, which the page marks.
        note: what else the person should know of the save.
    """
    # The time of the save is added in the reader's own zone.
    told: dict[str, Any] = {"state": "saved", "text": _what_is_wrong(problems), "note": str(note)}
    return JsonResponse(told | {"base": base, "wrong": list(wrong)})


def fields_in_error(form: forms.BaseForm) -> list[str]:
    """Return the ids of the fields of a form that have an error."""
    return [form[name].id_for_label or form[name].auto_id for name in form.errors if name in form.fields]


def refused(text: object) -> JsonResponse:
    """Answer that nothing was saved, and why; the page keeps the text on the device."""
    return JsonResponse({"state": "refused", "text": str(text)})


def not_checked(*, is_of_earlier_log_in: bool) -> HttpResponse:
    """Answer a form whose token does not hold: the page is too old, or nobody is logged in for it."""
    if not is_of_earlier_log_in:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    words = _(
        "Not saved, because you have logged in again since you opened this page. Your text is "
        "kept on this device. Reload the page, then press Restore."
    )
    return refused(words)


def _what_is_wrong(problems: Sequence[Any]) -> str:
    if not problems:
        return ""
    named = [str(problem) for problem in problems[:NAMED_PROBLEMS]]
    if more := len(problems) - len(named):
        named.append(_("%(n)s more.") % {"n": more})
    return _("Not saved: %(problems)s") % {"problems": " ".join(named)}
