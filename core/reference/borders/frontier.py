"""The borders around some countries, read in two queries: who touches whom, on land and across the sea."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.cache import for_a_minute
from core.reference.enums import BorderKind
from core.reference.models import BorderPair, Country, NutsUnit, Tripoint

NUTS2_LENGTH = 4
# Without NUTS, and no larger than a NUTS 2 region; the regions of Ukraine are as large as one each.
AS_ONE_NUTS2 = {"AD", "BA", "MD"}
# How the codes of the outermost regions begin.
OUTERMOST = ("ES70", "FRY", "PT20", "PT30")
COUNTRY = ("code", "name_texts", "is_eligible")


@dataclass(frozen=True)
class Reach:
    """What lies across the borders of one unit.

    prefix: how the codes of the units begin that make up this one in the border data.
    land, doubtful, near, sea: codes of eligible countries that the unit touches; that it touches
        in a point, in a lake or perhaps; that another unit of the same NUTS 2 region touches; that lie
        at most about 150 km across the sea.
    excluded: codes of countries that it touches and that do not take part.
    touched, doubtfully_touched: units across a land border.
    is_exact: false where only the borders of the whole country are known.
    """

    prefix: str
    land: frozenset[str]
    doubtful: frozenset[str]
    near: frozenset[str]
    sea: frozenset[str]
    excluded: frozenset[str]
    touched: frozenset[str]
    doubtfully_touched: frozenset[str]
    is_exact: bool

    @property
    def on_land(self) -> frozenset[str]:
        return self.land | self.doubtful

    @property
    def all(self) -> frozenset[str]:
        return self.on_land | self.near | self.sea

    def covers(self, unit_code: str) -> bool:
        return unit_code.startswith(self.prefix)

    def meets(self, point: Meeting) -> str | None:
        """Return which unit of a tri-point this one is or lies in, or, below a country, may be."""
        for unit in point.units:
            others = [other for other in point.units if other != unit]
            if self.covers(unit) or (self.prefix.startswith(f"{unit}-") and all(map(self._touches, others))):
                return unit
        return None

    def _touches(self, unit: str) -> bool:
        return any(code.startswith(unit) for code in self.touched | self.doubtfully_touched)


@dataclass(frozen=True)
class Meeting:
    """A tri-point: its three units, and their countries in rising order."""

    units: tuple[str, str, str]
    countries: tuple[str, str, str]


@dataclass
class Borders:
    """What is kept of the borders around some countries, worked out once.

    countries: those that a pair names, by their codes, with the values of COUNTRY.
    land, doubtful, sea: unit → the units across that border.
    country_of: unit → code of its country.
    """

    countries: dict[str, Country] = field(default_factory=dict)
    land: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    doubtful: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sea: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    country_of: dict[str, str] = field(default_factory=dict)
    tripoints: list[Meeting] = field(default_factory=list)

    def note(self, unit: str, code: str, *values: Any) -> str:
        """Remember whose unit it is, and what is known of the country; returns the unit."""
        if code not in self.countries:
            self.countries[code] = Country(**dict(zip(COUNTRY, (code, *values), strict=True)))
        self.country_of[unit] = code
        return unit


@for_a_minute
def read_borders(codes: tuple[str, ...]) -> Borders:
    """Read the pairs and the tri-points around countries; staff see a change within a minute."""
    borders = Borders()
    for kind, is_doubtful, *sides in BorderPair.objects.touching(codes).with_countries():
        a, b = borders.note(*sides[:4]), borders.note(*sides[4:])
        on_land = borders.doubtful if is_doubtful else borders.land
        pairs = on_land if kind == BorderKind.LAND else borders.sea
        pairs[a].add(b)
        pairs[b].add(a)
    for point in Tripoint.objects.touching(codes).with_countries():
        borders.tripoints.append(Meeting(point[:3], tuple(sorted(point[3:]))))
    return borders


@dataclass
class Frontier:
    """Pairs by the unit they start from, the countries that they name, and the tri-points."""

    countries: dict[str, Country]
    land: dict[str, set[str]]
    doubtful: dict[str, set[str]]
    sea: dict[str, set[str]]
    country_of: dict[str, str]
    tripoints: list[Meeting]
    _reaches: dict[str, Reach] = field(default_factory=dict)

    @classmethod
    def around(cls, units: Sequence[NutsUnit], claimed: Iterable[Country] = ()) -> Frontier:
        """Read all borders of the countries of the units, in two queries or from memory.

        Args:
            units: with their country, else it is one query more for each country.
            claimed: further countries.
        """
        given = {country.code: country for country in [*(unit.country for unit in units), *claimed]}
        read = read_borders(tuple(sorted(given)))
        pairs = (read.land, read.doubtful, read.sea)
        return cls(read.countries | given, *pairs, read.country_of, read.tripoints)

    def named(self, codes: Iterable[str]) -> tuple[Country, ...]:
        return tuple(self.countries[code] for code in codes)

    def is_eligible(self, country: str) -> bool:
        return self.countries[country].is_eligible

    def neighbours(self, country: str) -> set[str]:
        """Eligible countries across a land or sea border of the country."""
        return {code for pairs in (self.land, self.sea) for code in self._across(pairs, country)}

    def is_insular(self, country: str) -> bool:
        """Whether the country has no eligible neighbour on land: Cyprus, Ireland, Malta."""
        return not any(self._across(self.land, country))

    def reach(self, unit: NutsUnit) -> Reach:
        if unit.pk not in self._reaches:
            self._reaches[unit.pk] = self._work_out(unit)
        return self._reaches[unit.pk]

    def touch(self, one: Reach, other: Reach) -> bool:
        """Whether a unit below the one is a neighbour, on land, of a unit below the other."""
        return any(other.covers(code) for code in one.touched)

    def perhaps_touch(self, one: Reach, other: Reach) -> bool:
        """Whether they touch in a point, in a lake or perhaps."""
        return any(other.covers(code) for code in one.doubtfully_touched)

    def across(self, unit: NutsUnit) -> set[str]:
        """Return the units of eligible countries that touch a unit, doubtful ones too."""
        reach = self.reach(unit)
        touched = reach.touched | reach.doubtfully_touched
        return {code for code in touched if self.is_eligible(self.country_of[code])}

    def _work_out(self, unit: NutsUnit) -> Reach:
        # NUTS 1 and 2 of a country without NUTS 3: its pairs say nothing about a single part of it.
        is_exact = unit.country.has_nuts or unit.is_extra or unit.level == 0
        prefix = unit.pk if is_exact else unit.country.eurostat_code
        touched, doubtfully, around = (
            frozenset(self._starting_with(pairs, start))
            for pairs, start in (
                (self.land, prefix),
                (self.doubtful, prefix),
                (self.land, _around(unit, prefix)),
            )
        )
        land = self._eligible(touched)
        doubtful = self._eligible(doubtfully) - land
        return Reach(
            prefix=prefix,
            land=land,
            doubtful=doubtful,
            near=self._eligible(around) - land - doubtful,
            sea=self._eligible(self._starting_with(self.sea, prefix)),
            excluded=frozenset(
                code for code in (self.country_of[other] for other in touched) if not self.is_eligible(code)
            ),
            touched=touched,
            doubtfully_touched=doubtfully,
            is_exact=is_exact,
        )

    def _across(self, pairs: dict[str, set[str]], country: str) -> Iterator[str]:
        for unit, others in pairs.items():
            if self.country_of[unit] == country:
                yield from self._eligible(others)

    def _eligible(self, units: Iterable[str]) -> frozenset[str]:
        return frozenset(c for c in (self.country_of[unit] for unit in units) if self.is_eligible(c))

    def _starting_with(self, pairs: dict[str, set[str]], prefix: str) -> Iterator[str]:
        return (other for unit, others in pairs.items() if unit.startswith(prefix) for other in others)


def _around(unit: NutsUnit, prefix: str) -> str:
    """Return how the codes in the same NUTS 2 region begin."""
    if unit.is_extra:
        return unit.country.eurostat_code if unit.country_id in AS_ONE_NUTS2 else prefix
    return prefix[:NUTS2_LENGTH]
