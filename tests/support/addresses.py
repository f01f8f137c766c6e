"""Every address outside the administration, found from the URL patterns and filled with given values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from core.headers import SECRET_PARTS


class Address(NamedTuple):
    name: str
    path: str
    parts: tuple[str, ...]

    @property
    def is_secret(self) -> bool:
        return not SECRET_PARTS.isdisjoint(self.parts)


def addresses(values: Mapping[str, object]) -> Iterator[Address]:
    """Yield each named address; a part without a value fails, so that a new one is not left out.

    Args:
        values: by the name of the part, or by `name of the address:name of the part` where it is special.
    """
    for name, parts in _patterns(get_resolver().url_patterns, ""):
        filled = {part: values.get(f"{name}:{part}", values.get(part)) for part in parts}
        assert None not in filled.values(), f"{name} needs a value for one of {parts}"
        yield Address(name, reverse(name, kwargs=filled), tuple(parts))


def _patterns(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from _with_parts(pattern, _patterns(pattern.url_patterns, inner))
        elif pattern.name:
            yield f"{space}{pattern.name}", _parts(pattern)


def _with_parts(
    pattern: URLResolver, inner: Iterator[tuple[str, list[str]]]
) -> Iterator[tuple[str, list[str]]]:
    for name, parts in inner:
        yield name, [*_parts(pattern), *parts]


def _parts(pattern: URLPattern | URLResolver) -> list[str]:
    if isinstance(pattern.pattern, RegexPattern):
        return list(pattern.pattern.regex.groupindex)
    return list(getattr(pattern.pattern, "converters", {}))
