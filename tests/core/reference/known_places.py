"""Places and the regions in which they are to be found, by hand; and how the data fold their names."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
# "Saint-Gall=CH055", "Turku==Varsinais-Suomi" by the name of the region, "Gibraltar=" for a place outside.
ENTRY = re.compile(r"(\S[^=]*)=(=?)((?:[A-Z]{2}[A-Z0-9-]+|(?<===)\S+)?)(?:\s|$)")


class Known(NamedTuple):
    """A name and the code, or a part of the name, of its region; neither: it lies outside."""

    name: str
    code: str
    region: str


def known_places() -> list[Known]:
    """Return the entries of both lists; the first one has the country in front of each line."""
    lines = [line.partition(" ")[2] for line in (DATA / "places_known.txt").read_text("utf-8").splitlines()]
    lines += (DATA / "exonyms_known.txt").read_text("utf-8").splitlines()
    return [
        Known(name, "" if is_name else value, value if is_name else "")
        for line in lines
        for name, is_name, value in ENTRY.findall(line)
    ]


_STROKES = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE"}
    | {"œ": "oe", "Œ": "OE", "ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H"}
    | {"ŋ": "n", "ŧ": "t", "ə": "e", "Ə": "E", "’": "'", "ʼ": "'", "‘": "'", "–": "-", "ŀ": "l"}
)


def fold_of_the_data(text: str) -> str:
    """Return the key by which whoever made the data took two spellings for one."""
    text = unicodedata.normalize("NFKD", text.translate(_STROKES))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\s\-'`´.,/]+", " ", text.casefold()).strip()
