"""The order of a list in its address, by names of columns: their numbers change with the columns shown."""

from __future__ import annotations

from collections.abc import Sequence

from core.lists.columns import Column, name_of


def to_numbers(order: str, columns: Sequence[Column]) -> str:
    """Return an order as Django reads it; columns that are not shown have no part in it.

    Numbers stay as they are: addresses of the first release have them.
    """
    places = {name_of(column): str(number) for number, column in enumerate(columns)}
    terms = (term.removeprefix("-") for term in order.split("."))
    signs = ("-" if term.startswith("-") else "" for term in order.split("."))
    numbers = (places.get(name, name if name.isdecimal() else "") for name in terms)
    return ".".join(sign + number for sign, number in zip(signs, numbers, strict=True) if number)


def to_names(order: str, columns: Sequence[Column]) -> str:
    """Return an order of Django's links as addresses have it."""
    names = [name_of(column) for column in columns]
    terms = (term.rpartition("-") for term in order.split("."))
    return ".".join(
        f"{sign}{names[int(number)]}"
        for _none, sign, number in terms
        if number.isdecimal() and int(number) < len(names)
    )
