"""What a list of the administration has around its rows, and the way from a row to the next one and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, NotRegistered
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import models
from django.http import HttpRequest

from core.accounts.logged_in import person_at
from core.bases import AdminBase
from core.lists.addresses import ListOrigin, list_with, origin_of, with_origin
from core.lists.columns import name_of
from core.lists.rows import ListRequest, Place, place_of
from core.staff.changelists import OfferedChangeList


@dataclass(frozen=True)
class PlaceInList:
    """Where a row stands in the list that its page was opened out of, with the ways on and back."""

    place: Place
    before_url: str
    after_url: str
    list_url: str


class ListMixin(AdminBase):
    """The list of a ModelAdmin: columns on demand, and addresses that lead back to it as it was."""

    # Columns, by the name under which they are chosen, that are not shown unless a person chooses them.
    columns_on_demand: Sequence[str] = ()

    if TYPE_CHECKING:

        def url(self, name: str, *args: Any) -> str: ...

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfferedChangeList]:
        return OfferedChangeList

    def columns_kept(self, offered: Sequence[Any]) -> list[str]:
        """Return the columns that nobody can leave out: the first of those that lead to a row."""
        listed = [name_of(column) for column in offered if column != "action_checkbox"]
        leading = [name for name in listed if name in (self.list_display_links or ())] or listed
        return ["action_checkbox", *leading[:1]]

    def row_url(self, row: models.Model) -> str:
        return self.url("change", row.pk)

    def list_url(self) -> str:
        return self.url("changelist")

    def origin(self, request: HttpRequest) -> ListOrigin:
        """Return the list that the person has come from, which may be the page that was asked for."""
        return ListOrigin(request.GET.urlencode()) if request.path == self.list_url() else origin_of(request)

    def list_again_url(self, request: HttpRequest) -> str:
        """Return the address of the list as it was: filters, search, order and page."""
        origin = self.origin(request)
        return list_with(self._list_of(origin).list_url(), origin.query)

    def row_again_url(self, request: HttpRequest, row: models.Model) -> str:
        """Return the address of a row that still knows what list it was opened out of."""
        return with_origin(self.row_url(row), self.origin(request))

    def place_in_list(self, request: HttpRequest, row: models.Model) -> PlaceInList | None:
        """Return what comes before and after a row; two queries besides those of the filters.

        None if its page was not opened out of a list, or the list does not take those filters any more.
        """
        origin = origin_of(request)
        if not origin.query:
            return None
        listed = self._list_of(origin)
        try:
            place = listed.place_of(request, row, origin.query)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            return None
        if place is None:
            return None
        before, after = (
            with_origin(self.url("change", key), origin) if key is not None else ""
            for key in (place.before, place.after)
        )
        return PlaceInList(place, before, after, list_with(listed.list_url(), origin.query))

    def place_of(self, request: HttpRequest, row: models.Model, query: str) -> Place | None:
        """Return where a row stands in this list as a query filters it."""
        changelist = self.get_changelist_instance(ListRequest(person_at(request), query))
        keys = list(dict.fromkeys(changelist.queryset.values_list("pk", flat=True)))
        if row.pk in keys:
            return place_of(row.pk, keys)
        everything = changelist.root_queryset.order_by(*changelist.queryset.query.order_by)
        return place_of(row.pk, keys, list(dict.fromkeys(everything.values_list("pk", flat=True))))

    def _list_of(self, origin: ListOrigin) -> Any:
        """Return the pages of the list of an origin: these, but for a list of the same rows without pages."""
        if not origin.label:
            return self
        try:
            model = apps.get_model(origin.label)
            is_alike = model._meta.concrete_model is self.opts.concrete_model
            return admin.site.get_model_admin(model) if is_alike else self
        except (LookupError, ValueError, NotRegistered):
            return self
