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
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest
from unfold.views import ChangeList

from core.translated.fields import order_by_shown

NUL = "\0"


class OfferedChangeList(ChangeList):
    """A list that takes its filters as the page sends them, its dates, search, order and paging."""

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
