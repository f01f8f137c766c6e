"""Regions by code, for the tests of borders and maps."""

from __future__ import annotations

from core.reference.models import NutsUnit


def units(*codes: str) -> list[NutsUnit]:
    """Return the units in the order of the codes, each with its country."""
    found = NutsUnit.objects.with_country().in_bulk(codes)
    return [found[code] for code in codes]
