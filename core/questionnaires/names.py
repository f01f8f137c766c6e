"""What a form is called: by what it belongs to, which the app knows whose forms they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.questionnaires.models import Form

_registered: dict[str, Callable[[Form], str]] = {}


def register(purpose: str, name_of: Callable[[Form], str]) -> None:
    """Say how forms of a purpose are called; "" of one that nothing uses."""
    _registered[purpose] = name_of


def name_of(form: Form) -> str:
    """Return what a form is called; "" if nothing uses it."""
    known = _registered.get(form.purpose)
    return known(form) if known else ""
