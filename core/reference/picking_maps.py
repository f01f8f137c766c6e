"""Maps to choose regions on: outlines where there are some, else points with names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from core.reference import outlines
from core.reference.maps import Map, MapRegion, Shape
from core.reference.outlines import Rectangle

# Widths of a letter, and of the picture in letters: about 11 pixels on a map 670 wide, and on one 350 wide.
LETTER = 0.56
WIDE, NARROW = 60, 32
# A name may be a little wider than its region, into which neighbours reach.
OVERHANG = 1.25
POINT_SHARE = 0.014
SMALLEST_VIEW = 20
# Points of one small country, such as Andorra, would lie upon each other.
SMALLEST_VIEW_OF_POINTS = 4
LEAST_WIDTH_OF_BACKGROUND = 12


class MapLabel(NamedTuple):
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class PickingMap(Map):
    """A map filled by regions; those without an outline are points at their largest town."""

    points: frozenset[str] = frozenset()

    @property
    def has_points(self) -> bool:
        return bool(self.points)

    @property
    def wide_labels(self) -> list[MapLabel]:
        """Names for a map as wide as a page of text."""
        return self._labels(self.wide_font)

    @property
    def narrow_labels(self) -> list[MapLabel]:
        """Names for a map on a phone: larger, and so fewer."""
        return self._labels(self.narrow_font)

    @property
    def wide_font(self) -> float:
        return round((self.view.right - self.view.left) / WIDE, 2)

    @property
    def narrow_font(self) -> float:
        return round((self.view.right - self.view.left) / NARROW, 2)

    @property
    def has_background(self) -> bool:
        """Whether the picture of Europe is worth showing: of a very small country it is a few thick lines."""
        return self.view.right - self.view.left > LEAST_WIDTH_OF_BACKGROUND

    def _labels(self, font: float) -> list[MapLabel]:
        """Return names that cover neither each other nor the edge; those of large regions first."""
        taken: list[Rectangle] = [outlines.box(shape.path) for shape in self.shapes if self._is_point(shape)]
        labels = []
        for shape in sorted(self.shapes, key=_size, reverse=True):
            text = _short(shape.region.label)
            for area in _places_for(shape, text, font, is_point=self._is_point(shape)):
                if area.within(self.view) and not any(area.overlaps(other) for other in taken):
                    taken.append(area)
                    x, y = (area.left + area.right) / 2, area.bottom - font * 0.3
                    labels.append(MapLabel(text, round(x, 2), round(y, 2)))
                    break
        return labels

    def _is_point(self, shape: Shape) -> bool:
        return shape.region.code in self.points


def picking_map(title: str, regions: Iterable[MapRegion]) -> PickingMap:
    """Return a map filled by regions, to choose among them.

    Args:
        title: what it shows, such as the name of the country.
        regions: those that may be chosen; one outside the picture is in `unseen`.
    """
    regions = list(regions)
    drawn = [
        Shape(region, path, is_exact=True) for region in regions if (path := outlines.below(region.code))
    ]
    places = {r.code: outlines.points()[r.code] for r in regions if r.code in outlines.points()}
    boxes = [outlines.box(shape.path) for shape in drawn] + [
        Rectangle(x, y, x, y) for x, y in places.values()
    ]
    smallest = SMALLEST_VIEW if drawn else SMALLEST_VIEW_OF_POINTS
    view = outlines.around(boxes, margin=0.04, smallest=smallest)
    size = (view.right - view.left) * POINT_SHARE
    drawn += [
        Shape(region, outlines.octagon(*places[region.code], size), is_exact=True)
        for region in regions
        if region.code in places
    ]
    seen = {shape.region.code for shape in drawn}
    unseen = tuple(region for region in regions if region.code not in seen)
    return PickingMap(title, tuple(drawn), unseen, view, is_cropped=True, points=frozenset(places))


def _size(shape: Shape) -> float:
    box = outlines.box(shape.path)
    return (box.right - box.left) * (box.bottom - box.top)


def _short(label: str) -> str:
    """Return the first of the names of a region: "Bolzano-Bozen (ITH10)", "Hof, Landkreis (DE249)"."""
    return re.split(r" \(|, | / |/", label)[0]


def _places_for(shape: Shape, text: str, font: float, *, is_point: bool) -> list[Rectangle]:
    """Return where the name may go: amid the largest part, unless it is too wide for it; around a point."""
    main = max(outlines.rings(shape.path), key=lambda ring: abs(_area(ring)))
    xs, ys = [x for x, _y in main], [y for _x, y in main]
    half, high = len(text) * font * LETTER / 2, 0.65 * font
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    if is_point:
        aside, away = max(xs) - x + half, max(ys) - y + high
        middles = [(x, y - away), (x, y + away), (x + aside, y), (x - aside, y)]
    else:
        middles = [(x, y)] if 2 * half <= (max(xs) - min(xs)) * OVERHANG else []
    return [Rectangle(x - half, y - high, x + half, y + high) for x, y in middles]


def _area(ring: list[tuple[float, float]]) -> float:
    """Return the area inside a ring, by the shoelace formula."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2
