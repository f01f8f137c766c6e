"""Where regions are picked from a map or a list: a country, or both sides of a border."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.cache import for_a_minute
from core.reference.maps import MapRegion, MapStyle
from core.reference.models import Country, CountryBorder, NutsUnit
from core.reference.names import fold
from core.reference.picking_maps import PickingMap, picking_map
from core.translated.texts import active_language

# Between the codes of two countries whose border is meant: "ES-PT".
BORDER = "-"


def areas() -> dict[str, str]:
    """Return what a map may show, by code: the countries that take part, and the borders between them."""
    return {code: name for _group, choices in grouped_areas() for code, name in choices}


def grouped_areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return countries and borders for a select, each by name in the reader's language."""
    return _grouped_areas(active_language())


@for_a_minute
def _grouped_areas(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    names = {country.pk: country.name for country in Country.objects.eligible()}
    borders = []
    for pair in CountryBorder.objects.active().between(names):
        sides = sorted(((names[code], code) for code in pair), key=lambda side: fold(side[0]))
        borders.append((BORDER.join(sorted(pair)), " – ".join(name for name, _code in sides)))
    countries = sorted(names.items(), key=lambda choice: fold(choice[1]))
    borders.sort(key=lambda choice: fold(choice[1]))
    return [(_("A country"), countries), (_("Both sides of a border"), borders)]


def units_of(area: str) -> list[NutsUnit]:
    """Return the regions that may be chosen in a country, or near a border, by country and name."""
    units: Any = NutsUnit.objects.selectable().with_country()
    units = units.near_border(*area.split(BORDER)) if BORDER in area else units.of_country(area)
    return in_order(units)


def in_order(units: Iterable[NutsUnit]) -> list[NutsUnit]:
    """Return regions by the names of their countries, and by their own."""
    return sorted(units, key=lambda unit: (fold(unit.country.name), fold(unit.name)))


def map_of(area: str, units: list[NutsUnit], *, chosen: Collection[str] = (), prefix: str = "") -> PickingMap:
    """Return the map of the regions of a country or border; each leads to the box of the same region.

    Args:
        area: a code of `areas`.
        units: at least one.
        chosen: codes of those that are chosen already.
        prefix: of the ids of the boxes, which end with the code.
    """
    regions = [
        MapRegion.of_unit(
            unit,
            style=MapStyle.CHOSEN if unit.pk in chosen else MapStyle.PALE,
            href=f"#{prefix}{unit.pk}",
            label=str(unit),
        )
        for unit in units
    ]
    return picking_map(areas()[area], regions)
