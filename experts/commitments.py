"""What experts have to do with teams of regions: whoever makes teams registers it, and the pool asks here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add, or_

from django.db.models import Q, QuerySet, Value
from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class Commitments:
    """What one kind of team knows of experts.

    Args:
        experts: the keys of those with whom a region ever worked, or was to; for a subquery.
        promised: the half-days promised in the months between two, of the expert of each row of the query
            that it stands in.
        abouts: the keys under which the outbox keeps e-mails about the teams of one expert.
        losses: what regions lose if one expert withdraws, in words for staff.
    """

    experts: Callable[[], QuerySet]
    promised: Callable[[date, date], Combinable]
    abouts: Callable[[int], Iterable[str]]
    losses: Callable[[int], Iterable[str]]


_registered: list[Commitments] = []


def register(commitments: Commitments) -> None:
    _registered.append(commitments)


def is_committed() -> Q:
    """Return the condition of experts with whom a region ever worked, or was to."""
    return reduce(or_, (Q(pk__in=known.experts()) for known in _registered), Q(pk__in=[]))


def promised(first: date, last: date) -> Combinable:
    """Return the half-days that an expert has promised in these months, for a query of experts."""
    return reduce(add, (known.promised(first, last) for known in _registered), Value(0))


def abouts(expert_id: int) -> Iterator[str]:
    """Yield the keys of e-mails about the teams of an expert."""
    for known in _registered:
        yield from known.abouts(expert_id)


def losses(expert_id: int) -> list[str]:
    """Return what regions lose if an expert withdraws, in words for staff; empty if nothing is known."""
    return [text for known in _registered for text in known.losses(expert_id)]
