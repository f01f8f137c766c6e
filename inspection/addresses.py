"""Whether an address inside a document leads to another machine, or only to the author's own disk."""

from __future__ import annotations

import re

# A drive letter looks like a scheme: C:\Templates\letter.dotx
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]+):", re.IGNORECASE)
OWN_DISK = re.compile(r"file:(?:///)?(?![/\\])|file:/(?![/\\])|file://localhost/", re.IGNORECASE)
INSIDE = frozenset({"about", "cid", "data"})


def is_remote(address: str) -> bool:
    """Whether a program that follows the address asks another machine."""
    address = address.strip()
    if address.startswith(("//", "\\\\")):
        return True
    scheme = SCHEME.match(address)
    if not scheme or scheme[1].lower() in INSIDE:
        return False
    return not OWN_DISK.match(address)
