"""How one list looks to one person: what they have set, and the saved view that they have opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.accounts.models import User
from core.lists.enums import ColumnUse, Separator
from core.lists.models import ListSettings, SavedView

VIEW_VAR = "view"


@dataclass(frozen=True)
class Look:
    """What a list is drawn by; two queries, whatever is saved.

    Args:
        chosen: columns, where they differ from what the list shows by itself.
        is_compact: whether its rows stand close together.
        views: what the person may open.
        view: which of them is open.
    """

    chosen: Mapping[str, bool]
    is_compact: bool
    views: list[SavedView]
    view: SavedView | None


def look_of(person: User, label: str, opened: str) -> Look:
    """Return how a person sees a list.

    Args:
        label: of the list's model.
        opened: the key of the view in the address; one that is gone, or never was theirs, is none.
    """
    settings = settings_of(person, label)
    views = list(SavedView.objects.of_list(label).visible_to(person).select_related("owner"))
    view = next((view for view in views if str(view.pk) == opened), None)
    chosen = view.columns if view is not None else settings.columns
    return Look(chosen, settings.is_compact, views, view)


def settings_of(person: User, label: str) -> ListSettings:
    """Return what a person has set of a list, or what holds for whoever has set nothing."""
    found = ListSettings.objects.of(person).filter(label=label).first()
    return found or ListSettings(person=person, label=label)


def columns_for_file(person: User, label: str) -> dict[str, bool]:
    return settings_of(person, label).columns_for(ColumnUse.FILE)


def separator_of(person: User) -> Separator:
    """Return what a person’s CSV files have between two cells; a comma until they choose."""
    found = ListSettings.objects.of(person).with_separator().first()
    return Separator(found.separator) if found else Separator.COMMA
