"""Phrases that hang together by punctuation alone, which each language sets in its own way."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# A text, or one that is put into the reader's language when it is shown.
StrOrPromise = str | Promise


def labelled(name: object, value: object) -> str:
    """Say what something is: "Slovenian: B2"; French has a no-break space before the colon."""
    return _("%(name)s: %(value)s") % {"name": name, "value": value}


def colon() -> str:
    """Return the colon between two such, with the space that stands before it."""
    return labelled("", "").rstrip()


def labelled_in_html(name: Any, value: Any, *, tag: str) -> SafeString:
    """Say the same in an element of its own; what is not safe is escaped."""
    said = labelled(conditional_escape(name), conditional_escape(value))
    return format_html("<{0}>{1}</{0}>", tag, mark_safe(said))
