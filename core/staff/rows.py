"""The pages of rows that a text names, such as `applications.application:42`."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def page_of(about: str) -> str:
    """Return the page of a row in the administration; empty if it has none."""
    model, _colon, key = about.partition(":")
    try:
        return reverse(f"admin:{model.replace('.', '_')}_change", args=[key]) if key else ""
    except NoReverseMatch:
        return ""
