"""Keys of rows, as addresses and forms name them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# More digits are no key: PostgreSQL counts to 19, and some of those are too many already.
KEY = re.compile(r"[0-9]{1,18}")


def is_key(text: str) -> bool:
    """Whether a text is the number of a row; `isdigit` also takes “²”, which no number is made of."""
    return KEY.fullmatch(text) is not None


def keys_in(texts: Iterable[str]) -> list[int]:
    """Return the numbers of rows among some texts; what is none is left out."""
    return [int(text) for text in texts if is_key(text)]
