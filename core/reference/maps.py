"""Maps drawn by the server: a static picture of Europe below, the regions that matter on top.

The picture is one cached file for the whole site; a page carries only the outlines of its own
regions, 50 to 400 bytes each. `components/map.html` shows a `Map`, with a list that says the
same in words, the credit of the boundaries and the territorial note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.phrases import StrOrPromise
from core.reference import outlines
from core.reference.files import read_tables
from core.reference.models import Country, NutsUnit
from core.reference.notices import BOUNDARIES_CREDIT, KOSOVO_NOTE, TERRITORIAL_NOTE
from core.translated.texts import from_columns


class MapStyle(StrEnum):
    """Looks of a region; each is a class `map-…` of the style sheet and differs by more than hue."""

    CHOSEN = "chosen"
    LEAD = "lead"
    MISSING = "missing"
    PALE = "pale"


@dataclass(frozen=True)
class MapRegion:
    """A region to show.

    code: of a NUTS unit of any level, or of an ISO 3166-2 unit.
    country: its ISO 3166-1 code, drawn when the region itself has no outline of its own.
    label: name in the reader's language; also the text of the link.
    href: where a click leads; empty: nowhere.
    """

    code: str
    country: str
    label: str
    style: MapStyle = MapStyle.CHOSEN
    href: str = ""

    @classmethod
    def of_unit(
        cls, unit: NutsUnit, *, style: MapStyle = MapStyle.CHOSEN, href: str = "", label: str = ""
    ) -> MapRegion:
        return cls(unit.pk, unit.country_id, label or unit.name, style, href)

    @property
    def country_name(self) -> str:
        return _countries()[self.country].name


@dataclass(frozen=True)
class Shape:
    """An outline to draw; not exact where the country stands for a region of unknown outline."""

    region: MapRegion
    path: str
    is_exact: bool


@dataclass(frozen=True)
class Map:
    """What `components/map.html` needs.

    unseen: regions that lie outside the picture, for the list only.
    legend: text by style, for maps with more than one look.
    is_cropped: shows a part of Europe, with the names of its countries.
    """

    title: str
    shapes: tuple[Shape, ...]
    unseen: tuple[MapRegion, ...]
    view: outlines.Rectangle
    legend: tuple[tuple[MapStyle, str], ...] = ()
    is_cropped: bool = False
    width: int = outlines.WIDTH
    height: int = outlines.HEIGHT

    @property
    def view_box(self) -> str:
        view = self.view
        numbers = (view.left, view.top, view.right - view.left, view.bottom - view.top)
        return " ".join(f"{number:g}" for number in (round(n, 1) for n in numbers))

    @property
    def names(self) -> list[tuple[str, float, float]]:
        """Names of the countries in view, in the reader's language, and where to write them.

        Names never cover each other or a region; a country without a free place goes without,
        those of the regions last.
        """
        if not self.is_cropped:
            return []
        taken = [outlines.box(shape.path) for shape in self.shapes if shape.is_exact]
        own = {region.country for region in self.regions}
        points = outlines.label_points(self.view)
        names = []
        for code in sorted(points.keys() & _countries().keys(), key=lambda code: (code not in own, code)):
            name = _countries()[code].name
            for x, y in points[code]:
                area = self._area_of(name, x, y)
                if area.within(self.view) and not any(area.overlaps(box) for box in taken):
                    names.append((name, round(x, 1), round(y, 1)))
                    taken.append(area)
                    break
        return names

    @property
    def font_size(self) -> float:
        """In units of the picture: about 17 pixels on a map 670 pixels wide, 9 on a phone."""
        return round((self.view.right - self.view.left) / 38, 1)

    def _area_of(self, name: str, x: float, y: float) -> outlines.Rectangle:
        """Return about the place that a name takes: letters are half as wide as they are high."""
        half = len(name) * self.font_size * 0.28
        return outlines.Rectangle(x - half, y - self.font_size, x + half, y + 0.4 * self.font_size)

    @property
    def has_links(self) -> bool:
        return any(shape.region.href for shape in self.shapes)

    @property
    def has_approximate(self) -> bool:
        return any(not shape.is_exact for shape in self.shapes)

    @property
    def regions(self) -> tuple[MapRegion, ...]:
        return tuple(shape.region for shape in self.shapes) + self.unseen

    @property
    def unseen_names(self) -> str:
        return ", ".join(region.label for region in self.unseen)

    @property
    def notes(self) -> list[str]:
        """What must stand below the map."""
        in_view = outlines.label_points(self.view) if self.is_cropped else ()
        has_kosovo = Country.KOSOVO in {*in_view, *(region.country for region in self.regions)}
        notes = [BOUNDARIES_CREDIT, TERRITORIAL_NOTE, *([KOSOVO_NOTE] if has_kosovo else [])]
        return [f"{note}" for note in notes]


def europe_map(
    regions: Iterable[MapRegion],
    *,
    title: StrOrPromise,
    legend: Mapping[MapStyle, StrOrPromise] | None = None,
) -> Map:
    """Return a map of the whole of Europe with the regions on it.

    Args:
        regions: drawn in this order, later ones on top.
        title: what the map shows, for people who do not see it.
        legend: what each style means.
    """
    shapes, unseen = _shapes(regions)
    whole = outlines.Rectangle(0, 0, outlines.WIDTH, outlines.HEIGHT)
    return Map(str(title), shapes, unseen, whole, _legend(legend))


def region_map(
    regions: Iterable[MapRegion],
    *,
    title: StrOrPromise,
    legend: Mapping[MapStyle, StrOrPromise] | None = None,
) -> Map:
    """Return a map that is cropped to the regions and their surroundings; of Europe if none can be drawn."""
    shapes, unseen = _shapes(regions)
    if not shapes:
        return europe_map(unseen, title=title, legend=legend)
    # A whole country that stands for one region would zoom out too far; the others show the place.
    near = [shape for shape in shapes if shape.is_exact] or shapes
    view = outlines.around([outlines.box(shape.path) for shape in near])
    return Map(str(title), shapes, unseen, view, _legend(legend), is_cropped=True)


@cache
def _countries() -> dict[str, Country]:
    """The countries of the data file, for their names: a map asks the database for nothing."""
    rows = read_tables()["countries.csv"].rows
    return {c: Country(code=c, name_texts=from_columns(r, "name")) for (c,), r in rows.items()}


def _legend(legend: Mapping[MapStyle, StrOrPromise] | None) -> tuple[tuple[MapStyle, str], ...]:
    return tuple((style, str(text)) for style, text in (legend or {}).items())


def _shapes(regions: Iterable[MapRegion]) -> tuple[tuple[Shape, ...], tuple[MapRegion, ...]]:
    shapes, unseen = [], []
    for region in regions:
        path = outlines.below(region.code)
        whole = outlines.countries().get(region.country, "")
        if path:
            shapes.append(Shape(region, path, is_exact=True))
        elif whole and not _has_outlines(region.country):
            # A country without NUTS 3; for itself the outline is exact, for a part of it it is not.
            shapes.append(Shape(region, whole, is_exact=region.code == region.country))
        else:
            unseen.append(region)
    # Approximate ones first: they must not lie over exact neighbours.
    return tuple(sorted(shapes, key=lambda shape: shape.is_exact)), tuple(unseen)


def _has_outlines(country: str) -> bool:
    """Whether the parts of the country have outlines, so that one without lies outside the picture."""
    return bool(outlines.below({"GR": "EL"}.get(country, country)))
