"""The rows of a list without its page: for a file, and for the rows before and after one of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from core.accounts.models import User


class ListRequest(HttpRequest):
    """What a list's filters, search and rights read of a request, where nobody asked for its page."""

    def __init__(self, person: User, query: str) -> None:
        super().__init__()
        self.method, self.user, self.GET = "GET", person, QueryDict(query)


@dataclass(frozen=True)
class Place:
    """Where a row stands in a list.

    Args:
        number: counted from 1; None if the row is not in it any more.
        count: how many rows it has.
        before: the key of the row before, None at the beginning.
        after: the key of the row after, None at the end.
    """

    number: int | None
    count: int
    before: Any
    after: Any


def place_of(key: Any, listed: Sequence[Any], everything: Sequence[Any] = ()) -> Place | None:
    """Return the place of a row among the keys of a list, in its order.

    Args:
        key: of the row.
        listed: what the filters leave.
        everything: without the filters, in the same order; for a row that they do not leave any more.

    Returns:
        None if the row is nowhere.
    """
    if key in listed:
        number = listed.index(key)
        return Place(number + 1, len(listed), _at(listed, number - 1), _at(listed, number + 1))
    if key not in everything:
        return None
    order = {other: number for number, other in enumerate(everything)}
    places = [order[other] for other in listed if other in order]
    number = bisect_left(places, order[key])
    shown = [everything[place] for place in places]
    return Place(None, len(shown), _at(shown, number - 1), _at(shown, number))


def _at(keys: Sequence[Any], number: int) -> Any:
    return keys[number] if 0 <= number < len(keys) else None
