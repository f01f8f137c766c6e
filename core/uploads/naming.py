"""Names of files: as people gave them, without what could harm whoever saves them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from core.text import clean

NAME_MAX_LENGTH = 255
ENDING_MAX_LENGTH = 20
BREAKS = re.compile(r"[\n\t]+")
# Windows takes these for devices, whatever their ending.
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\s*\..*)?", re.IGNORECASE | re.DOTALL
)


def clean_name(name: str) -> str:
    """Return a file name in any script, cleaned as every text, in one line and without folders."""
    bare = BREAKS.sub(" ", clean(name)).replace("\\", "/").rpartition("/")[2]
    # Windows drops dots and blanks at the end, and with them the ending that was checked.
    kept = bare.strip().rstrip(". ")
    if RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    suffix = PurePosixPath(kept).suffix[:ENDING_MAX_LENGTH]
    return f"{kept.removesuffix(suffix)[: NAME_MAX_LENGTH - len(suffix)]}{suffix}" or "file"
