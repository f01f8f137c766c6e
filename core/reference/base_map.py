"""The picture of Europe below every map: one static file, the same for all pages and languages."""

from __future__ import annotations

from core.reference import outlines
from core.reference.files import read_tables

# A picture inside a page does not see the page's style sheet, so it brings its few colours along: light ones
# in the dark scheme too, since the colours of the regions on top must stand out in the same way.
_TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<desc>© EuroGeographics for the administrative boundaries</desc>
<style>
.s{{fill:#dfeaf0}}.o{{fill:#eef0ee;stroke:#eef0ee;stroke-width:1.5}}.e{{fill:#fff;stroke:#8ea3a6}}
path{{stroke-width:.4;stroke-linejoin:round}}
</style>
<rect class="s" width="{width}" height="{height}"/>
<path class="o" d="{others}"/>
<path class="e" d="{eligible}"/>
</svg>
"""


def draw() -> str:
    """Return the SVG: sea, other countries without borders between them, eligible countries with theirs."""
    rows = read_tables()["countries.csv"].rows
    eligible = {code for (code,), row in rows.items() if row["is_eligible"] == "1"}
    paths = outlines.countries()
    return _TEMPLATE.format(
        width=outlines.WIDTH,
        height=outlines.HEIGHT,
        others="".join(path for code, path in paths.items() if code not in eligible),
        eligible="".join(path for code, path in paths.items() if code in eligible),
    )
