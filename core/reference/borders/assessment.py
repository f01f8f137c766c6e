"""What a border check returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from core.reference.borders.findings import BorderFinding, Severity
from core.reference.models import NutsUnit


class BorderPosition(StrEnum):
    """Where a unit stands towards eligible countries other than its own."""

    LAND = "land"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    MARITIME = "maritime"
    NEAR = "near"
    COASTAL = "coastal"
    NONE = "none"
    NOT_ELIGIBLE = "not_eligible"


class BorderLink(IntEnum):
    """How well partners of two countries cover the border between them; lower is better."""

    ADJACENT = 1  # a region on either side, touching each other
    DOUBTFUL = 2  # in a point, in a lake, or perhaps
    SAME_BORDER = 3  # a region on either side, apart from each other
    UNCONFIRMED = 4  # touching as far as country-level data can tell
    NEAR = 5
    MARITIME = 6
    INSULAR = 7  # one of the two has no eligible land neighbour at all
    NOT_REACHED = 8  # the countries are neighbours, but a side has no region there
    NONE = 9


COVERED = BorderLink.INSULAR


@dataclass(frozen=True)
class UnitAssessment:
    """One region: where it stands, and across its borders the eligible countries and land units (codes)."""

    unit: NutsUnit
    position: BorderPosition
    neighbours: frozenset[str]
    touching: frozenset[str]


@dataclass(frozen=True)
class BorderAssessment:
    """What the regions of a partnership amount to.

    findings: gravest first.
    links: how each pair of partner countries (codes in rising order) is covered.
    tripoints: triples of partner countries that meet in one place.
    """

    findings: tuple[BorderFinding, ...]
    units: tuple[UnitAssessment, ...]
    links: dict[tuple[str, str], BorderLink]
    tripoints: frozenset[tuple[str, str, str]]

    @property
    def severity(self) -> Severity:
        return max((finding.severity for finding in self.findings), default=Severity.OK)

    @property
    def land_borders(self) -> frozenset[str]:
        """Borders on land with partners on both sides, as "AT–HU"."""
        return frozenset(label(pair) for pair, link in self.links.items() if link <= BorderLink.NEAR)

    @property
    def sea_borders(self) -> frozenset[str]:
        return frozenset(
            label(pair) for pair, link in self.links.items() if BorderLink.NEAR < link <= COVERED
        )

    @property
    def labels(self) -> frozenset[str]:
        """All borders covered, and the tri-points as "AT–HU–SI"."""
        return self.land_borders | self.sea_borders | frozenset(map(label, self.tripoints))


def label(countries: Iterable[str]) -> str:
    """Return the name of a border or tri-point: ISO codes in rising order, joined by a dash."""
    return "–".join(sorted(countries))
