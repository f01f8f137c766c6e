"""For where Django's types say less than is known: of a field of a form, or of the rows of a list."""

from __future__ import annotations

from typing import TypeVar

_Known = TypeVar("_Known")


def known_as(value: object, kind: type[_Known]) -> _Known:
    """Return a value as what it is known to be.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}.")
    return value
