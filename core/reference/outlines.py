"""Outlines of countries and NUTS 3 units as SVG path data, in one picture of Europe."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import NamedTuple

from core.reference.files import DATA_DIR, read_tables

# Units of the picture: EPSG:3035, easting 2,450 to 7,550 km, northing 1,350 to 5,450 km.
WIDTH, HEIGHT = 1000, 804
# Cells to a side in which a place for a name is looked for.
GRID = 20
_NUMBER = re.compile(r"-?\d*\.?\d+")


class Rectangle(NamedTuple):
    """A rectangle of the picture, in its units."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Rectangle) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Rectangle) -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@cache
def countries() -> dict[str, str]:
    """Path data by ISO 3166-1 code."""
    paths: dict[str, str] = json.loads((DATA_DIR / "map_countries.json").read_text("utf-8"))
    return paths


@cache
def nuts3() -> dict[str, str]:
    """Path data by NUTS 3 code; units outside the picture are absent."""
    paths: dict[str, str] = json.loads((DATA_DIR / "map_nuts3.json").read_text("utf-8"))
    return paths


@cache
def points() -> dict[str, tuple[float, float]]:
    """Where the largest town of each unit without an outline lies, by the code of the unit."""
    rows = read_tables()["unit_points.csv"].rows
    return {code: (float(row["x"]), float(row["y"])) for (code,), row in rows.items()}


def octagon(x: float, y: float, radius: float) -> str:
    """Return path data of a point that can be clicked."""
    half = round(radius * 0.383, 3)
    side, step = round(2 * half, 3), round(radius * 0.541, 3)
    ring = (side, 0, step, step, 0, side, -step, step, -side, 0, -step, -step, 0, -side)
    return f"M{round(x - half, 3)} {round(y - radius * 0.924, 3)}l{' '.join(f'{n:g}' for n in ring)}z"


@cache
def below(code: str) -> str:
    """Return the path data of all NUTS 3 units whose code begins with this one; empty if none is drawn."""
    return "".join(path for unit, path in nuts3().items() if unit.startswith(code))


@cache
def rings(path: str) -> list[list[tuple[float, float]]]:
    """Return the points of each ring of path data made of `M x y l dx dy … z` parts."""
    result = []
    for part in path.split("M")[1:]:
        numbers = [float(number) for number in _NUMBER.findall(part)]
        x = y = 0.0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        result.append(ring)
    return result


@cache
def box(path: str) -> Rectangle:
    xs, ys = zip(*(point for ring in rings(path) for point in ring), strict=True)
    return Rectangle(min(xs), min(ys), max(xs), max(ys))


def around(boxes: list[Rectangle], *, margin: float = 0.7, smallest: float = 200) -> Rectangle:
    """Return a box around the boxes, in the proportions of the whole picture and inside it.

    Args:
        boxes: at least one.
        margin: room on each side, as a share of the width.
        smallest: least width, in units of the picture: neighbours must be seen to know where one is.
    """
    left, top = min(b.left for b in boxes), min(b.top for b in boxes)
    right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
    width = max(right - left, (bottom - top) * WIDTH / HEIGHT) * (1 + 2 * margin)
    width = min(max(width, smallest), WIDTH)
    height = width * HEIGHT / WIDTH
    x = min(max((left + right - width) / 2, 0), WIDTH - width)
    y = min(max((top + bottom - height) / 2, 0), HEIGHT - height)
    return Rectangle(round(x, 1), round(y, 1), round(x + width, 1), round(y + height, 1))


@lru_cache(maxsize=512)
def label_points(view: Rectangle) -> dict[str, list[tuple[float, float]]]:
    """Return where the name of each country in view may be written, best places first, by ISO code."""
    step_x, step_y = (view.right - view.left) / GRID, (view.bottom - view.top) / GRID
    xs = [view.left + step_x * i for i in range(1, GRID)]
    ys = [view.top + step_y * i for i in range(1, GRID)]
    points = {}
    for code, path in countries().items():
        inside = {(i, j) for j, y in enumerate(ys) for i in _columns_inside(path, xs, y)}
        # A name needs land around it: best a point between two others of the country, or beside one.
        roomy = {(i, j) for i, j in inside if inside >= {(i - 1, j), (i + 1, j)}}
        roomy = roomy or {(i, j) for i, j in inside if inside & {(i - 1, j), (i + 1, j), (i, j + 1)}}
        if roomy:
            points[code] = [(xs[i], ys[j]) for i, j in _from_the_middle(roomy)]
    return points


def _from_the_middle(cells: set[tuple[int, int]]) -> list[tuple[int, int]]:
    middle = [sum(cell[axis] for cell in cells) / len(cells) for axis in (0, 1)]
    return sorted(cells, key=lambda cell: ((cell[0] - middle[0]) ** 2 + (cell[1] - middle[1]) ** 2, cell))


def _columns_inside(path: str, xs: list[float], y: float) -> list[int]:
    """Return which of the x lie inside the path at this y, by the even-odd rule."""
    crossings = sorted(
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for ring in rings(path)
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (y1 > y) != (y2 > y)
    )
    return [i for i, x in enumerate(xs) if sum(crossing < x for crossing in crossings) % 2]
