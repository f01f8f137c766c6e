"""Text as staff search it: in small letters and without accents, by a function that PostgreSQL can index."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Func, TextField
from django.db.models.expressions import Combinable


class Plain(Func):
    """`search_plain` of a text: made by the migrations of `core.accounts`, on the extension unaccent."""

    function = "search_plain"

    def __init__(self, expression: Combinable | str, **extra: Any) -> None:
        super().__init__(expression, output_field=TextField(), **extra)


def plain_index(expression: Combinable | str, *, name: str) -> GinIndex:
    """Return an index by groups of three letters: for parts of words, and for typing errors."""
    return GinIndex(OpClass(Plain(expression), name="gin_trgm_ops"), name=name)
