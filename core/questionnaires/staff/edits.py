"""Edits of a form in words: what was changed, from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.questionnaires.enums import EditVerb
from core.questionnaires.models import FormEdit, FormQuestion, FormSection, name_of
from core.questionnaires.staff import sides
from core.translated.texts import language_codes

# So that a long text leaves room for the others.
SHOWN_LENGTH = 300


def in_words(edit: FormEdit) -> SafeString:
    """Return a line for each part that an edit changed."""
    return format_html_join("", "<p>{}</p>", ((line,) for line in _lines(edit)))


def _lines(edit: FormEdit) -> Iterator[str]:
    if edit.verb not in (EditVerb.CHANGED, EditVerb.MOVED):
        label = (edit.after or edit.before).get("label") or (edit.after or edit.before).get("title")
        yield from [_shown(label)] if label else []
        return
    names = sides.words_of(edit.form).parts
    for part in {**edit.before, **edit.after}:
        was, now = (_shown(state.get(part)) for state in (edit.before, edit.after))
        words = _("%(part)s: “%(before)s” became “%(after)s”")
        yield words % {"part": names.get(part) or _name(part), "before": was, "after": now}


def _name(part: str) -> str:
    for model in (FormQuestion, FormSection):
        try:
            return name_of(model, part)
        except FieldDoesNotExist:
            continue
    return part


def _shown(value: Any) -> str:
    if isinstance(value, dict) and value and value.keys() <= {*language_codes()}:
        text = " / ".join(value.values())
    elif isinstance(value, bool):
        text = _("Yes") if value else _("No")
    else:
        text = "" if value in (None, {}) else value if isinstance(value, str) else _plain(value)
    return Truncator(text).chars(SHOWN_LENGTH)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
