"""The regions of the last eligibility check, carried by the session into the application that follows."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from core.reference.models import NutsUnit
from core.reference.picking import in_order

# Logging in keeps what is in the session of a visitor.
KEY = "checked_regions"


def remember(request: HttpRequest, regions: Iterable[NutsUnit]) -> None:
    """Keep the regions of a check in place of those of the one before."""
    codes = [unit.pk for unit in regions]
    if request.session.get(KEY) != codes:
        request.session[KEY] = codes


def regions_of(request: HttpRequest) -> list[NutsUnit]:
    """Return the regions that were checked last and may still be chosen, by country and name."""
    codes = request.session.get(KEY, [])
    return in_order(NutsUnit.objects.selectable().with_country().filter(pk__in=codes)) if codes else []


def forget(request: HttpRequest) -> None:
    """End it: they are in an application now."""
    request.session.pop(KEY, None)
