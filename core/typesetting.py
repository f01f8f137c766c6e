"""PDFs through typst: tagged for screen readers (PDF/UA), the contents passed as JSON, never as markup.

Whatever people type can be printed: the fonts have all scripts of Europe, Chinese, Japanese, Korean and
emoji, and a character that none of them has is shown as `SUBSTITUTE`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.text import clean

# What typesets takes long to load, and few processes do.
if TYPE_CHECKING:
    import typst

# In this order a character is looked for; design.typ sets the text in them.
FONT_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
SUBSTITUTE = "\ufffd"
# Part of an emoji or a flag: drawn together with what stands before.
_JOINING = frozenset("\u200c\u200d\ufe0e\ufe0f\u20e3") | {chr(tag) for tag in range(0xE0020, 0xE0080)}
# All that `clean` leaves up to here is in the fonts, and most texts go no further.
_LAST_LATIN = "\u024f"


def compiled(template: Path, data: Mapping[str, Any], at: datetime) -> bytes:
    """Return a typst template filled with data, as PDF/UA.

    Args:
        template: its file; it may import what lies beside it.
        data: what JSON can say, and dataclasses; texts in it are never markup.
        at: the time that the PDF names as its making, aware.
    """
    import typst

    # Dataclasses inside are written as their fields.
    plain = json.loads(json.dumps(data, default=vars))
    return typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(_printable_all(plain), ensure_ascii=False)},
        font_paths=_fonts(),
        timestamp=int(at.timestamp()),
    )


def printable(text: str) -> str:
    """Return a text, cleaned, with a visible substitute for each character that no font has."""
    text = clean(text)
    if max(text, default="") <= _LAST_LATIN:
        return text
    return "".join(_drawable(text))


def _drawable(text: str) -> Iterator[str]:
    """Yield the characters, or the substitute: for what no font has, and for a mark on a foreign letter.

    A letter and its marks are drawn from one font: an Arabic vowel on a Chinese character has none.
    """
    known, shared = _known_characters(), 0
    for character in text:
        fonts = known.get(ord(character), 0)
        is_mark = unicodedata.category(character)[0] == "M" and character not in _JOINING
        if is_mark:
            fonts &= shared
        if character not in _JOINING:
            shared = 0 if character in "\n\t" else fonts
        yield character if fonts else SUBSTITUTE


def _printable_all(value: object) -> Any:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _printable_all(item) for key, item in value.items()}
        case list():
            return [_printable_all(item) for item in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of our packages and those that typst brings along: the same on every machine."""
    import typst

    folders = [str(files(package)) for package in FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


@cache
def _known_characters() -> dict[int, int]:
    """Return which fonts have a character, a bit for each, by its code; read once, which takes a moment."""
    from fontTools.ttLib import TTFont

    known = dict.fromkeys([*map(ord, _JOINING), ord("\n"), ord("\t")], 1)
    paths = (path for package in FONT_PACKAGES for path in Path(str(files(package))).glob("*.[ot]t[fc]*"))
    for number, path in enumerate(paths):
        # The faces of a collection differ in form, not in which characters they have.
        with TTFont(path, fontNumber=0, lazy=True) as font:
            for code in font.getBestCmap():
                known[code] = known.get(code, 0) | 1 << number
    return known
