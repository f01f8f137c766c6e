"""What the editor needs to know of a kind of answer; those that only the portal asks are described here."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.phrases import StrOrPromise
from core.sections.kinds import FOR_STAFF, KINDS
from core.sections.kinds.settings import ADD_LABEL, MOST_ROWS, ROW_LABEL, Setting, SettingShape

__all__ = ["MISSING", "Setting", "SettingShape"]

MISSING = Setting(
    "missing_text",
    _("Message when the answer is missing"),
    SettingShape.WORDS,
    _("If this is empty, the question itself is shown."),
)
TWICE = Setting("twice_text", _("Message when two rows are about the same thing"), SettingShape.WORDS)


@dataclass(frozen=True)
class OfKind:
    """What an editor needs to know of a kind.

    Args:
        title: what staff call it.
        settings: what they may set.
    """

    title: StrOrPromise
    settings: tuple[Setting, ...] = ()


OF_THE_PORTAL = {
    "rows": OfKind(_("Rows"), (MOST_ROWS, ROW_LABEL, ADD_LABEL, TWICE)),
    "partners": OfKind(_("Partners"), (MOST_ROWS, ROW_LABEL, ADD_LABEL)),
}


def of_kind(code: str) -> OfKind:
    """Return what an editor needs to know of a kind; of one that it does not know, its code."""
    kind = KINDS.get(code)
    if kind is not None and kind.title:
        return OfKind(kind.title, kind.settings)
    return OF_THE_PORTAL.get(code) or OfKind(code)


def is_computed(code: str) -> bool:
    """Whether nobody answers questions of a kind: they are worked out from others."""
    return code in KINDS and KINDS[code].is_computed


def offered_kinds(
    *, for_columns: bool = False, without: Container[str] = ()
) -> list[tuple[str, StrOrPromise]]:
    """Return code and title of the kinds of which staff make questions, or columns.

    Args:
        for_columns: of rows.
        without: codes of those that the purpose of the form does not offer.
    """
    return [
        (kind.code, kind.title)
        for kind in FOR_STAFF
        if kind.code not in without and (kind.can_be_column or not for_columns)
    ]
