"""Lists that answer to what their page offers, and to nothing else.

Django lets whoever sees a list filter it by every column of the model, shown or not, and by every lookup:
`?password__regex=^a` then answers, one letter at a time, what no page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin import ListFilter, SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from unfold.views import ChangeList

from core.accounts.logged_in import person_at
from core.lists.addresses import ListOrigin, only, with_origin
from core.lists.columns import Column, shown
from core.lists.looks import VIEW_VAR, Look, look_of
from core.lists.models import SavedView
from core.lists.orders import to_names, to_numbers
from core.lists.rows import ListRequest
from core.translated.fields import order_by_shown

NUL = "\0"
WHOLE_LIST = ListOrigin("p=1")


class OfferedChangeList(ChangeList):
    """A list that takes its filters as the page sends them, its dates, search, order and paging.

    It shows the columns that the person has chosen, and its addresses name an order by columns.
    """

    list_display: Any
    page_num: int
    offered_columns: list[Column]
    look: Look

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        # PostgreSQL takes it in no text, so it can be nothing that a list finds.
        if any(NUL in value for values in request.GET.lists() for value in values[1]):
            raise IncorrectLookupParameters("NUL")
        try:
            super().__init__(request, *args, **kwargs)
        except (ValueError, OverflowError, ValidationError, DataError) as error:
            if not request.GET:
                raise
            # A value that no column can have, such as a year of 23 digits.
            raise IncorrectLookupParameters(error) from error

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        if not hasattr(self, "look"):
            self.arrange(request)
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows

    def arrange(self, request: HttpRequest) -> None:
        """Leave of the columns what the person wants to see, and read the order by their names."""
        opened = request.GET.get(VIEW_VAR, "")
        self.look = look_of(person_at(request), self.model._meta.label_lower, opened)
        self.offered_columns = list(self.list_display)
        self.list_display = shown(
            self.offered_columns,
            self.look.chosen,
            extra=self.model_admin.columns_on_demand,
            kept=self.model_admin.columns_kept(self.offered_columns),
        )
        if ORDER_VAR in self.params:
            self.params[ORDER_VAR] = to_numbers(self.params[ORDER_VAR], self.list_display)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        found.pop(VIEW_VAR, None)
        return found

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        changed = dict(new_params or {})
        if changed.get(ORDER_VAR) and hasattr(self, "look"):
            changed[ORDER_VAR] = to_names(changed[ORDER_VAR], self.list_display)
        return str(super().get_query_string(changed, remove))

    def without(self, names: Iterable[str]) -> str:
        """Return the address of the list without some of its parameters, at its first page."""
        kept = QueryDict(mutable=True)
        for name, values in self.filter_params.items():
            if name not in names:
                kept.setlist(name, values)
        return f"?{kept.urlencode()}"

    def query_of(self, view: SavedView) -> str:
        """Return the query of a saved view, with no filter that the list does not offer to this person."""
        names = {name for spec in self.filter_specs for name in spec.expected_parameters()}
        names |= {
            f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day") if self.date_hierarchy
        }
        kept = only(view.query, names | {ORDER_VAR, SEARCH_VAR})
        kept[VIEW_VAR] = str(view.pk)
        return kept.urlencode()

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row, which knows its list: of one that nothing narrows, its first page."""
        address: str = super().url_for_result(result)
        return address if self.filter_params or self.page_num > 1 else with_origin(address, WHOLE_LIST)

    def get_results(self, request: HttpRequest) -> None:
        """Count the rows and find those of the page; one behind the last, as after a decision, is it."""
        if isinstance(request, ListRequest):
            self.result_list: Any = self.queryset.none()
            return
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page).num_pages
            self.page_num = min(max(1, self.page_num), pages)
            super().get_results(request)

    def get_ordering_field(self, field_name: str) -> Any:
        return order_by_shown(self.lookup_opts.model, super().get_ordering_field(field_name))

    def get_filters(self, request: HttpRequest) -> tuple[Any, ...]:
        """Refuse what no filter of the page has taken: Django would look it up in the model.

        Raises:
            DisallowedModelAdminLookup: the page does not offer it; says nothing of any row.
            IncorrectLookupParameters: a filter of the page does not offer this choice.
        """
        found: tuple[Any, ...] = super().get_filters(request)
        specs, _has_filters, left, *_more = found
        self.require_offered(left, request)
        self.require_choices(specs)
        return found

    def require_offered(self, left: Mapping[str, Any], request: HttpRequest) -> None:
        dates = self.date_hierarchy
        # Of year, month and day, Django makes these two; a page never sends them itself.
        made = {f"{dates}__gte", f"{dates}__lt"} if f"{dates}__year" in request.GET else set()
        for name in left.keys() - made:
            raise DisallowedModelAdminLookup(f"Filtering by {name} not allowed")

    def require_choices(self, specs: Iterable[ListFilter]) -> None:
        for spec in specs:
            if not isinstance(spec, SimpleListFilter) or spec.value() in (None, ""):
                continue
            if str(spec.value()) not in {str(value) for value, _words in spec.lookup_choices}:
                raise IncorrectLookupParameters(f"{spec.parameter_name} has no such choice")
