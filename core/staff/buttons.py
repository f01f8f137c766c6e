"""Buttons above a list or on the page of a row; every app adds its own by `get_buttons` of its admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unfold.enums import ActionVariant

from core.phrases import StrOrPromise


@dataclass(frozen=True)
class Button:
    """A link to a page, as the theme draws it.

    Args:
        title: on the button, a verb.
        path: the address of the page.
        is_decision: stands on the page of a row, and not in its header.
        refusal: why this person has no such button now; the words stand in its place.
    """

    title: StrOrPromise
    path: str
    icon: str = ""
    variant: ActionVariant = ActionVariant.DEFAULT
    is_decision: bool = False
    refusal: StrOrPromise = ""

    def for_theme(self) -> dict[str, Any]:
        """Return the button as the theme's header draws it."""
        return {
            "title": self.title,
            "path": self.path,
            "icon": self.icon,
            "variant": self.variant,
            "attrs": {},
            "dialog": None,
        }
