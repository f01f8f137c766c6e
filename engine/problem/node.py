"""A JSON value that knows where it stands, so that a refusal names the place and what was expected there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from engine.problem.problem import ProblemError

NAME_LENGTH = 200  # characters; longer ids are a mistake, not a name
NAMES_MOST = 10_000  # in one list of names, or keys of one object
ROWS_MOST = 1_000_000  # in any other list


@dataclass(frozen=True, slots=True)
class Node:
    value: object
    path: str = "$"

    def refuse(self, expected: str) -> NoReturn:
        raise ProblemError(self.path, expected)

    def fields(self, *, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Node]:
        """Return the fields of an object.

        Raises:
            ProblemError: not an object, a required key is missing, or a key is unknown.
        """
        required, known = tuple(required), {*required, *optional}
        if not isinstance(self.value, Mapping):
            self.refuse(f"expected an object with the keys {', '.join(required)}")
        for key in self.value:
            if key not in known:
                place = self.path + (
                    f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"
                )
                raise ProblemError(place, f"unknown key, expected one of {', '.join(sorted(known))}")
        for key in required:
            if key not in self.value:
                raise ProblemError(f"{self.path}.{key}", "missing, expected a value")
        return {key: Node(value, f"{self.path}.{key}") for key, value in self.value.items()}

    def entries(self) -> dict[str, Node]:
        """Return an object whose keys are names, such as languages or areas."""
        if not isinstance(self.value, Mapping):
            self.refuse("expected an object")
        if len(self.value) > NAMES_MOST:
            self.refuse(f"expected at most {NAMES_MOST} keys, found {len(self.value)}")
        for key in self.value:
            if not _is_name(key):
                self.refuse(f"expected keys that are {_A_NAME}")
        return {key: Node(value, f"{self.path}[{key!r}]") for key, value in self.value.items()}

    def listed(self, most: int = ROWS_MOST) -> Sequence[object]:
        if not isinstance(self.value, list | tuple):
            self.refuse("expected a list")
        if len(self.value) > most:
            self.refuse(f"expected at most {most} entries, found {len(self.value)}")
        return self.value

    def items(self) -> list[Node]:
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.listed())]

    def name(self) -> str:
        if not _is_name(self.value):
            self.refuse(f"expected {_A_NAME}")
        return str(self.value)

    def names(self) -> tuple[str, ...]:
        """Return a list of different names; looked at without a node for each, since there may be many."""
        found: dict[str, None] = {}
        for index, value in enumerate(self.listed(NAMES_MOST)):
            if not _is_name(value):
                Node(value, f"{self.path}[{index}]").name()
            if value in found:
                Node(value, f"{self.path}[{index}]").refuse(f"expected each only once, {value!r} comes twice")
            found[str(value)] = None
        return tuple(found)

    def choice(self, options: Iterable[str]) -> str:
        options = tuple(options)
        if not isinstance(self.value, str) or self.value not in options:
            self.refuse(f"expected one of {', '.join(options)}")
        return self.value

    def whole(self, low: int, high: int) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            self.refuse(f"expected a whole number of {low} to {high}")
        return self.value

    def number(self, low: float, high: float) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(f"expected a number of {low:g} to {high:g}")
        return float(value)

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse("expected true or false")
        return self.value


_A_NAME = f"a text of 1 to {NAME_LENGTH} characters, without halves of a character"
_HALVES = re.compile("[\ud800-\udfff]")  # surrogates alone, which no file can hold


def _is_name(value: object) -> bool:
    is_text = isinstance(value, str) and bool(value.strip()) and len(value) <= NAME_LENGTH
    return is_text and not _HALVES.search(str(value))
