"""The small buttons of the editor: one press moves or duplicates, and keeps the focus for the next."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

ICONS = {"up": "arrow_upward", "down": "arrow_downward", "copy": "content_copy"}


def _label(verb: str) -> str:
    return {"up": _("Move up"), "down": _("Move down"), "copy": _("Duplicate")}[verb]


@register.simple_tag
def step(what: str, row: Model, verb: str, pressed: str = "", is_off: bool = False) -> SafeString:
    """Return the button that moves or duplicates a row of a draft.

    Args:
        what: "section" or "question".
        row: which one.
        verb: a key of `ICONS`.
        pressed: the button that was pressed last, which has the focus.
        is_off: whether there is nothing to press, as on the way up for the first.
    """
    return _button(f"{what}-{row.pk}-{verb}", verb, row, pressed, is_off=is_off)


@register.simple_tag
def option_step(key: str, text: Any, verb: str, pressed: str = "", is_off: bool = False) -> SafeString:
    """Return the button that moves an option; see `step`."""
    return _button(f"{verb}-{key}", verb, text, pressed, is_off=is_off)


def _button(value: str, verb: str, of: Any, pressed: str, *, is_off: bool) -> SafeString:
    state = "disabled" if is_off else "autofocus" if value == pressed else ""
    return format_html(
        '<button type="submit" name="press" value="{}" class="form-step" title="{}" {}>'
        '<span class="material-symbols-outlined" aria-hidden="true">{}</span>'
        '<span class="sr-only">{}: {}</span></button>',
        value,
        _label(verb),
        mark_safe(state),
        ICONS[verb],
        _label(verb),
        of,
    )
