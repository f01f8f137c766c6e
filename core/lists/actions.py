"""Setting how lists look, and saving views of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import NotAllowed, require
from core.lists.enums import ColumnUse
from core.lists.models import SAVE, SHARE, ListSettings, SavedView

# Of one person and one list: more would be no help to find anything.
MOST_VIEWS = 50


@transaction.atomic
def save_view(
    *, by: User, label: str, name: str, query: str, columns: dict[str, bool], role: str = ""
) -> SavedView:
    """Save a list as it is now under a name; one of the person's own with that name is replaced.

    Args:
        label: of the list's model.
        query: filters, search and order, as the address of the list carries them.
        columns: where they differ from what the list shows by itself.
        role: with whom it is shared; "" with nobody.

    Raises:
        NotAllowed: the person may not save views, or not share them.
        ValidationError: there are too many.
    """
    require(by, SHARE if role else SAVE)
    # Two presses at once wait here for each other, and make one view.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = SavedView.objects.of_list(label).filter(owner=by)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise ValidationError(_("You have too many views of this list. Remove one first."))
    replaced = own.filter(name=name).first()
    if replaced is not None and replaced.role:
        require(by, SHARE)
    values = {"query": query, "columns": columns, "role": role}
    view, _is_new = SavedView.objects.update_or_create(owner=by, label=label, name=name, defaults=values)
    return view


@transaction.atomic
def rename_view(*, view_id: int, by: User, name: str) -> SavedView:
    """Give a view another name.

    Raises:
        NotAllowed: it is somebody else's, or shared and the person may not share.
        ValidationError: its owner has another one of that name.
    """
    view = _locked(view_id, by)
    same = SavedView.objects.of_list(view.label).filter(owner=view.owner_id, name=name).exclude(pk=view.pk)
    if same.exists():
        raise ValidationError({"name": _("There is a view with this name already.")})
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def share_view(*, view_id: int, by: User, role: str) -> SavedView:
    """Let everybody with a role have a view; "" takes it from them.

    Raises:
        NotAllowed: the person may not share views, or it is somebody else's and not shared.
    """
    require(by, SHARE)
    view = _locked(view_id, by)
    view.role = role
    view.save(update_fields=["role"])
    return view


@transaction.atomic
def remove_view(*, view_id: int, by: User) -> None:
    """Remove a view; the rows of the list are not touched.

    Raises:
        NotAllowed: it is somebody else's, or shared and the person may not share.
    """
    _locked(view_id, by).delete()


@transaction.atomic
def choose_columns(*, by: User, label: str, use: ColumnUse, columns: dict[str, bool]) -> None:
    """Keep which columns of a list a person wants, on the screen or in files."""
    settings = _settings(by, label)
    setattr(settings, "columns" if use == ColumnUse.SCREEN else "export_columns", columns)
    settings.save()


@transaction.atomic
def choose_density(*, by: User, label: str, is_compact: bool) -> None:
    """Keep whether a person wants the rows of a list close together."""
    settings = _settings(by, label)
    settings.is_compact = is_compact
    settings.save()


@transaction.atomic
def choose_separator(*, by: User, label: str, separator: str) -> None:
    """Keep what stands between the cells of a person's CSV files, of whatever list."""
    _settings(by, label)
    ListSettings.objects.of(by).update(separator=separator)


def may_change(view: SavedView, by: User) -> bool:
    """Whether a person may rename, share or remove a view: shared ones belong to those who may share."""
    if view.role:
        return by.has_perm(SHARE)
    return view.owner_id == by.pk


def keep_those_of_one(*, kept: User, double: User) -> None:
    """Of two accounts that become one, keep the settings of the one that stays, and all names of views."""
    ListSettings.objects.of(double).filter(label__in=ListSettings.objects.of(kept).values("label")).delete()
    for view in SavedView.objects.filter(owner=kept):
        SavedView.objects.filter(owner=double, label=view.label, name=view.name).delete()


def forget(person: User) -> None:
    """Delete what a person has set and saved, whose account is deleted."""
    ListSettings.objects.of(person).delete()
    SavedView.objects.filter(owner=person).delete()


def _settings(by: User, label: str) -> ListSettings:
    found, _is_new = ListSettings.objects.select_for_update().get_or_create(person=by, label=label)
    return found


def _locked(view_id: int, by: User) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    if view is None or not may_change(view, by):
        raise NotAllowed(
            _("Only the person who saved this view can change it, or a manager if it is shared.")
        )
    return view
