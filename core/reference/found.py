"""What a search for a place has found, in the words that people read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from django.utils.translation import gettext as _

from core.reference.models import Country, NutsUnit, Place
from core.reference.names import territory

VILLAGE_BELOW = 2000


class Closeness(IntEnum):
    """How a name fits what was typed, the best first."""

    EXACT = 0
    NEARLY_EXACT = 1
    WORDS = 2
    BEGINNING = 3
    LATER_WORD = 4
    SIMILAR = 5

    @property
    def is_whole_name(self) -> bool:
        return self <= Closeness.NEARLY_EXACT


class FoundKind(StrEnum):
    PLACE = "place"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True)
class Found:
    """Something to choose, or a place or country that does not take part.

    unit: the region that is chosen with it; None for a country, and for what lies outside.
    place_kind: town or village, in the reader's language; a town that is in the data twice is one.
    is_uncertain: the place may lie in another region: somebody has to confirm this one.
    closeness: how its name fits what was typed; no part of what it is.
    """

    kind: FoundKind
    name: str
    country_code: str
    country_name: str
    unit: NutsUnit | None = None
    place_kind: str = field(default="", compare=False)
    is_uncertain: bool = False
    closeness: Closeness = field(default=Closeness.SIMILAR, compare=False)

    @classmethod
    def of_country(cls, country: Country) -> Found:
        return cls(FoundKind.COUNTRY, country.name, country.pk, country.name)

    @classmethod
    def of_unit(cls, unit: NutsUnit) -> Found:
        return cls(FoundKind.REGION, unit.name, unit.country_id, unit.country.name, unit)

    @classmethod
    def of_place(cls, place: Place, unit: NutsUnit | None) -> Found:
        """Say which place was found, and in which of the regions that it may be in."""
        country = unit.country.name if unit else territory(place.country_code)
        return cls(
            FoundKind.PLACE,
            place.name,
            place.country_code,
            country,
            unit,
            _kind_of(place),
            is_uncertain=bool(place.may_be_in),
        )

    @property
    def is_exact(self) -> bool:
        """Whether what was typed is a name of it, not a part of one."""
        return self.closeness.is_whole_name

    @property
    def is_region_by_part(self) -> bool:
        return self.kind is FoundKind.REGION and self.closeness < Closeness.SIMILAR

    @property
    def place_label(self) -> str:
        """Town and kind, as in "Tui (town)"."""
        return f"{self.name} ({self.place_kind})"

    @property
    def label(self) -> str:
        """Town, region and country, as in "Tui (town), Pontevedra, Spain"."""
        if self.kind is FoundKind.COUNTRY:
            return self.name
        words = {"name": self.name, "kind": self.place_kind or _("region"), "country": self.country_name}
        if self.kind is FoundKind.REGION or self.unit is None:
            return _("%(name)s (%(kind)s), %(country)s") % words
        words["region"] = self.unit.name
        if self.is_uncertain:
            return _("%(name)s (%(kind)s), possibly in %(region)s, %(country)s") % words
        return _("%(name)s (%(kind)s), %(region)s, %(country)s") % words


def _kind_of(place: Place) -> str:
    if not place.population:
        return _("town or village")
    return _("village") if place.population < VILLAGE_BELOW else _("town")


@dataclass(frozen=True)
class SearchAnswer:
    """What a search found, the best first.

    found: regions to choose, each by the name of a place or by its own.
    countries: those of this name that take part; one of their regions is to be chosen.
    outside: places and countries of this name that do not take part.
    is_complete: false when the search took too long and was ended.
    """

    found: tuple[Found, ...] = ()
    countries: tuple[Found, ...] = ()
    outside: tuple[Found, ...] = ()
    is_complete: bool = True

    @property
    def units(self) -> list[NutsUnit]:
        return list({found.unit.pk: found.unit for found in self.found if found.unit}.values())

    @property
    def has_uncertain(self) -> bool:
        return any(found.is_uncertain for found in self.found)

    @property
    def region_meant(self) -> NutsUnit | None:
        """The region that a text certainly means: the only one of this name, or of which it is a part."""
        exact = {found.unit for found in self.found if found.is_exact}
        is_uncertain = any(found.is_uncertain for found in self.found if found.is_exact)
        if self.outside or self.country_to_open or is_uncertain or len(exact) > 1:
            return None
        if not exact and len(self.found) == 1 and self.found[0].is_region_by_part:
            return self.found[0].unit
        return exact.pop() if exact else None

    @property
    def country_to_open(self) -> str:
        """The code of the country whose regions are to be shown: the one of this name, if it names one."""
        named = [found for found in self.countries if found.is_exact or not self.found]
        return named[0].country_code if named else ""

    @property
    def outside_notice(self) -> str:
        """What it means that a place lies outside; nothing if none does."""
        if not self.outside:
            return ""
        return _(
            "Outside the 40 countries that take part in IMPACT: %(places)s. You cannot choose "
            "a region there, and in this portal a partner from there does not count as a side "
            "of the border."
        ) % {"places": self._places_outside}

    @property
    def outside_notice_at_home(self) -> str:
        """What it means for somebody who lives there, and is no partner."""
        if not self.outside:
            return ""
        return _(
            "Outside the 40 countries whose regions are listed: %(places)s. Choose your "
            "country above and leave this field empty."
        ) % {"places": self._places_outside}

    @property
    def _places_outside(self) -> str:
        return "; ".join(found.label for found in self.outside[:MAX_TOLD])


# Of places that cannot be chosen.
MAX_TOLD = 3
