"""Two texts side by side: which words differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# A word with the blanks after it, so that all pieces together are the text.
_WORDS = re.compile(r"\S+\s*|\s+")
# Comparing takes the square of it; the longest answer has a third.
MAX_WORDS = 6000


class Piece(NamedTuple):
    """A stretch of a text, and whether the other text has something else there."""

    text: str
    is_changed: bool


def pieces(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces that are changed or not; none if one is empty or they are too long."""
    words = [_WORDS.findall(text) for text in (before, after)]
    if not all(words) or sum(map(len, words)) > MAX_WORDS:
        return [], []
    steps = SequenceMatcher(None, words[0], words[1]).get_opcodes()
    old = [Piece("".join(words[0][i:j]), kind != "equal") for kind, i, j, _from, _to in steps if j > i]
    new = [Piece("".join(words[1][i:j]), kind != "equal") for kind, _from, _to, i, j in steps if j > i]
    return old, new


def marked(text: str, other: str) -> str | SafeString:
    """Return a text with the words marked that another lacks; as it is if they have none in common."""
    found, _others = pieces(text, other)
    if not any(not piece.is_changed for piece in found):
        return text
    return format_html_join("", "{}", ((_mark(piece),) for piece in found))


def _mark(piece: Piece) -> str | SafeString:
    return format_html("<mark>{}</mark>", piece.text) if piece.is_changed else piece.text
