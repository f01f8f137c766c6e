"""What the list and table components need beyond Django's own filters."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template

register = template.Library()


@register.filter
def under(cells: Iterable[Any], headers: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair the cells of a row with the headers they stand under; both must be equally long."""
    return zip(headers, cells, strict=True)
