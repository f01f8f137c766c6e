"""What `static/js/kept.js` has to know of forms, as `core.given_back` does."""

from __future__ import annotations

from django import template

from core.given_back import CARRIED, ROWS_CARRY

register = template.Library()


@register.simple_tag
def carried_fields() -> str:
    """Return the names of the fields that nobody types in."""
    return " ".join(sorted(CARRIED))


@register.simple_tag
def rows_carry() -> str:
    """Return the ends of the names of such fields that belong to rows."""
    return " ".join(ROWS_CARRY)
