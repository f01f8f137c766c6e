"""What the portal itself needs of a form of each purpose: registered by the app whose form it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.questionnaires.enums import FormPurpose
from core.sections.questions import Question, Rule


@dataclass(frozen=True)
class Purpose:
    """What staff cannot change of a form.

    Args:
        code: of the forms.
        core: by name, the questions whose answers rules of the portal read: their kinds, columns and widest
            limits; words and order are the form's.
        rules: on several of their answers.
        pages: slugs of sections with a page of their own, which ask nothing else.
        reserved: slugs that are addresses of other pages.
    """

    code: FormPurpose
    core: Mapping[str, Question]
    rules: tuple[Rule, ...] = ()
    pages: frozenset[str] = field(default_factory=frozenset)
    reserved: frozenset[str] = field(default_factory=frozenset)


_registered: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    _registered[purpose.code] = purpose


def purpose_of(code: str) -> Purpose:
    """Return what the portal needs of forms of a purpose."""
    return _registered[code]
