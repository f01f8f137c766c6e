"""Bar charts that the server draws: each is a table whose rows carry their bar, so it can be read as both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.phrases import StrOrPromise

BAR_WIDTH = 100  # units of the drawing: per cent of the longest bar


@dataclass(frozen=True)
class Bar:
    """One row: what it is, how many, and where to see them; `url` may be empty."""

    label: StrOrPromise
    value: int
    url: str = ""
    width: float = 0


@dataclass(frozen=True)
class Chart:
    """A chart with its title, the title of its rows, and the bars.

    Args:
        key: unique on the page, for ids.
        note: what is counted, or left out; may be empty.
    """

    key: str
    title: StrOrPromise
    rows: StrOrPromise
    bars: Sequence[Bar]
    note: StrOrPromise = ""
    unit: StrOrPromise = field(default="")


def chart(
    key: str,
    title: StrOrPromise,
    rows: StrOrPromise,
    counts: Sequence[tuple[StrOrPromise, int, str]],
    *,
    unit: StrOrPromise,
    note: StrOrPromise = "",
) -> Chart:
    """Return a chart of counts, with the bars' widths in proportion to the greatest.

    Args:
        counts: label, count from 0, address of the list behind it.
        unit: what is counted, as the title of the column of numbers.
    """
    most = max((count for _label, count, _url in counts), default=0) or 1
    bars = [Bar(label, count, url, round(BAR_WIDTH * count / most, 1)) for label, count, url in counts]
    return Chart(key, title, rows, bars, note, unit)
