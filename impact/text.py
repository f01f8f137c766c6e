"""Text as people type and paste it, cleaned once at the door: it can then be shown, printed and compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.http import QueryDict

# Line ends of every system, and what word processors use in their place.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Word draws bullets with fonts of its own, whose characters mean nothing without them.
_BULLETS = dict.fromkeys([0xF06E, 0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0FC], "•")
# Invisible marks: they change how words compare, are found, or (those that reverse a line) are read.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0xFDD0, 0xFDF0)]
    + [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC)]
    + [plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)]
)
# Controls, halves of characters, and private use: nobody can have meant them.
_MEANINGLESS = {"Cc", "Cs", "Co"}
_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"
# Scripts and emoji that need joiners come after the Latin letters.
_LAST_LATIN = "\u024f"
# England, Scotland and Wales: a black flag, followed by their letters as invisible tags.
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
_TAGS = re.compile("[\U000e0000-\U000e007f]")


def clean(text: str) -> str:
    """Return a text as it is stored: composed (NFC), with `\\n` as line end and without invisible characters.

    What carries meaning stays: emoji with their joiners, flags, and every script. Word's bullets become `•`.
    Cleaning a second time changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    before = None
    # What is taken away may bring together what composes, or part what was joined.
    while text != before:
        before = text
        text = _cleaned_once(text)
    return text


def clean_query(query: QueryDict) -> QueryDict:
    """Return what a browser sent, with every value cleaned."""
    cleaned = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        cleaned.setlist(name, [clean(value) for value in values])
    cleaned._mutable = False
    return cleaned


def clean_all(value: Any) -> Any:
    """Return what JSON can say, with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {key: clean_all(item) for key, item in value.items()}
        case list() | tuple():
            return [clean_all(item) for item in value]
    return value


def _cleaned_once(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text).translate(_BULLETS).translate(_INVISIBLE)
    flags = {place for flag in _FLAG.finditer(text) for place in range(*flag.span())}
    kept = (c for place, c in enumerate(text) if place in flags or _is_meaningful(c, place, text))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_meaningful(character: str, place: int, text: str) -> bool:
    if character in _JOINERS:
        around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        return len(around) == 2 and all(c > _LAST_LATIN and not c.isspace() for c in around)
    if character in _KEPT_CONTROLS:
        return True
    return unicodedata.category(character) not in _MEANINGLESS and not _TAGS.match(character)
