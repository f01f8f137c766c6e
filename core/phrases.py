"""Phrases that hang together by punctuation alone, which each language sets in its own way."""

from __future__ import annotations

from django.utils.translation import gettext as _


def labelled(name: object, value: object) -> str:
    """Say what something is: "Slovenian: B2"; French has a no-break space before the colon."""
    return _("%(name)s: %(value)s") % {"name": name, "value": value}
