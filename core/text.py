"""Text as people type and paste it, cleaned once at the door: it can then be shown, printed and compared."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

# Line ends of every system, and what word processors use in their place.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Word draws bullets with fonts of its own, whose characters mean nothing without them.
_BULLETS = dict.fromkeys([0xF06E, 0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0FC], "•")
# Invisible marks: they change how words compare, are found, or (those that reverse a line) are read.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0xFEFF, *range(0xFDD0, 0xFDF0)]
    + [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC)]
    + [plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)]
)
# Controls, halves of characters, and private use: nobody can have meant them.
_MEANINGLESS = {"Cc", "Cs", "Co"}
_KEPT = "\n\t"
# Joiners and marks of direction say something beside a letter of a script that needs them, or in an emoji;
# those scripts come after the Latin letters. Many in a row say no more than one.
_NEEDS_JOINERS = re.compile(r"[^\x00-\u024f\s\u2000-\u206f]")
_JOINERS = "\u200c\u200d\u200e\u200f"
# England, Scotland and Wales: a black flag, followed by their letters as invisible tags.
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")


def clean(text: str) -> str:
    """Return a text as it is stored: composed (NFC), with `\\n` as line end and without invisible characters.

    What carries meaning stays: emoji with their joiners, flags, and every script. Word's bullets become `•`.
    Cleaning a second time changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text).translate(_BULLETS).translate(_INVISIBLE)
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _MEANINGLESS)
    # Before, since a letter may be another one afterwards; and after, since what parted two may be gone.
    text = unicodedata.normalize("NFC", _TAGS.sub("", text))
    return unicodedata.normalize("NFC", "".join(_with_joiners_where_needed(text)))


def one_line(text: str) -> str:
    """Return a text without line breaks, each a blank."""
    return " ".join(text.splitlines())


def clean_query(query: QueryDict) -> QueryDict:
    """Return what a browser sent, with every value cleaned."""
    cleaned = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        cleaned.setlist(name, [clean(value) for value in values])
    cleaned._mutable = False
    return cleaned


def read_json_object(text: str) -> dict[str, Any]:
    """Return the object that a hidden field carries; {} if what came is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _with_joiners_where_needed(text: str) -> Iterator[str]:
    """Yield the characters, each joiner once, and only after a letter or an emoji that may need it."""
    needs_joiner = was_joiner = False
    for character in text:
        is_joiner = character in _JOINERS
        if is_joiner and (was_joiner or not needs_joiner):
            continue
        # An accent belongs to the letter before it.
        if not is_joiner and unicodedata.category(character)[0] != "M":
            needs_joiner = _NEEDS_JOINERS.match(character) is not None
        was_joiner = is_joiner
        yield character
