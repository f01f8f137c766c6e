"""E-mail addresses of people whom tests make up; none is given twice, whichever builder asks."""

from __future__ import annotations

import itertools

_number = itertools.count(1)


def fresh_address(who: str, host: str = "example.org") -> str:
    """Return an address that nobody has yet, such as `expert7@example.org`."""
    return f"{who}{next(_number)}@{host}"
