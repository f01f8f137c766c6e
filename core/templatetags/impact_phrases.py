"""Punctuation that each language sets in its own way, for every template."""

from __future__ import annotations

from django import template

from core.phrases import colon as _colon

register = template.Library()


@register.simple_tag
def colon() -> str:
    """Return the colon between a name and its value, whatever elements stand around it."""
    return _colon()
