"""XML of packages, read piece by piece with expat: no entities, no depth without end, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.parsers import expat

from inspection.refusals import Reason, Refused

DEPTH_MAX = 500
# Namespaces and names are joined by it; it may not stand in either.
SEPARATOR = " "

Element = Callable[[str, Mapping[str, str]], None]


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(SEPARATOR)[2]


def attribute(attributes: Mapping[str, str], wanted: str) -> str:
    """Return an attribute by its name without namespace, "" if there is none."""
    return next((value for name, value in attributes.items() if local(name) == wanted), "")


def read_xml(
    chunks: Iterable[bytes], element: Element | None = None, text: Callable[[str], Any] | None = None
) -> None:
    """Read XML to its end.

    Args:
        chunks: its bytes.
        element: called with each element's name ("namespace name") and attributes.
        text: called with each piece of text.

    Raises:
        Refused: not well-formed, too deep, or it declares entities.
    """
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise Refused(Reason.DEMANDING)
        if element:
            element(name, attributes)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.EntityDeclHandler = _refuse_entity
    if text:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused(Reason.BROKEN) from error


def _refuse_entity(*_declared: Any) -> None:
    raise Refused(Reason.ENTITIES)
