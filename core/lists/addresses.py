"""Addresses that know out of which list, filtered how, a page was opened: to go on from there, and back."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from django.http import HttpRequest, QueryDict

# As Django carries filters, search, order and page of a list to the page of a row and back.
FILTERS_VAR = "_changelist_filters"
# The list, where the page of a row is not its own.
FROM_VAR = "_from"


class ListOrigin(NamedTuple):
    """A list as it was when a page was opened out of it.

    Attributes:
        query: its filters, search, order and page; "" if the page was not opened out of a list.
        label: of its model, where that is not the page's own.
    """

    query: str
    label: str = ""


def origin_of(request: HttpRequest) -> ListOrigin:
    return ListOrigin(request.GET.get(FILTERS_VAR, ""), request.GET.get(FROM_VAR, ""))


def with_origin(address: str, origin: ListOrigin) -> str:
    """Return the address of a page of a row, or of a decision, that knows out of what it is opened."""
    if not origin.query:
        return address
    kept = QueryDict(mutable=True)
    kept[FILTERS_VAR] = origin.query
    if origin.label:
        kept[FROM_VAR] = origin.label
    return f"{address}{'&' if '?' in address else '?'}{kept.urlencode()}"


def list_with(address: str, query: str) -> str:
    """Return the address of a list as it was."""
    return f"{address}?{query}" if query else address


def only(query: str, names: Container[str]) -> QueryDict:
    """Return what a query has of some parameters."""
    kept = QueryDict(query, mutable=True)
    for name in [name for name in kept if name not in names]:
        del kept[name]
    return kept
