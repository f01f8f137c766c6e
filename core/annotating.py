"""Types of rows that carry more than their columns, which a query has read or a page keeps on them.

What a model's own querysets add is declared in the model, and added by `with_declared`. What others add
makes a type of its own, `ReadWith[Model, Added]`, of which `Added` is a `TypedDict`; what adds it takes and
returns `QuerySet[...]`, since a queryset class of ours is always one of bare rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations as ReadWith
else:
    from typing import Annotated as ReadWith

__all__ = ["ReadWith", "with_declared"]

_Rows = TypeVar("_Rows", bound=QuerySet[Any])


def with_declared(rows: _Rows, **added: Combinable) -> _Rows:
    """Add what the model declares as attributes of its rows: to mypy, `annotate` would declare it twice."""
    return rows.annotate(**added)
