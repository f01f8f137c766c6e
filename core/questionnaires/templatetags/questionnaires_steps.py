"""The small buttons of the editor: one press moves or duplicates, and keeps the focus for the next."""

from __future__ import annotations

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.phrases import labelled
from core.questionnaires.models import FormSection
from core.questionnaires.staff.lines import QuestionLine, SectionLine
from core.templatetags.impact_texts import with_lang

register = template.Library()

_NONE = mark_safe("")
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
    value = f"{what}-{row.pk}-{verb}"
    # No part of a form that may be opened around it: what is typed there is not sent.
    return _button(value, verb, row, pressed, is_off=is_off, form=mark_safe(' form="arrange"'))


@register.simple_tag
def opens(line: QuestionLine | SectionLine, pressed: str = "") -> SafeString:
    """Return the link that opens a line of the list; it has the focus again once that is closed.

    Args:
        line: which one.
        pressed: the button or link that was pressed last.
    """
    # Where a button has nothing more to do, whoever pressed it is here.
    given = {f"{line.place}-open"}
    given |= {f"{line.place}-up"} if line.is_highest else set()
    given |= {f"{line.place}-down"} if line.is_lowest else set()
    page, row = line.place.partition("-")[0], line.row
    address = reverse(f"admin:questionnaires_form_{page}", args=[row.version.form_id, row.pk])
    return format_html(
        '<a class="underline" href="{}#opened"{}>{}</a>',
        address,
        mark_safe(" autofocus" if pressed in given else ""),
        with_lang(row.title if isinstance(row, FormSection) else row.label),
    )


@register.simple_tag
def option_step(key: str, text: object, verb: str, pressed: str = "", is_off: bool = False) -> SafeString:
    """Return the button that moves an option; see `step`."""
    return _button(f"{verb}-{key}", verb, text, pressed, is_off=is_off)


def _button(
    value: str, verb: str, of: object, pressed: str, *, is_off: bool, form: SafeString = _NONE
) -> SafeString:
    state = "disabled" if is_off else "autofocus" if value == pressed else ""
    return format_html(
        '<button type="submit" name="press" value="{}" class="form-step" title="{}" {}{}>'
        '<span class="material-symbols-outlined" aria-hidden="true">{}</span>'
        '<span class="sr-only">{}</span></button>',
        value,
        _label(verb),
        mark_safe(state),
        form,
        ICONS[verb],
        labelled(_label(verb), of),
    )
