"""A JSON value that knows where it stands, so that a refusal names the place and what was expected there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from engine.problem.problem import ProblemError

NAME_LENGTH = 200  # characters; longer ids are a mistake, not a name


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
        for key in self.value:
            if not isinstance(key, str) or not key.strip():
                self.refuse("expected keys that are names of at least one character")
        return {key: Node(value, f"{self.path}[{key!r}]") for key, value in self.value.items()}

    def items(self) -> list[Node]:
        if not isinstance(self.value, list | tuple):
            self.refuse("expected a list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def name(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > NAME_LENGTH:
            self.refuse(f"expected a text of 1 to {NAME_LENGTH} characters")
        return self.value

    def names(self) -> tuple[str, ...]:
        """Return a list of different names."""
        found: dict[str, None] = {}
        for item in self.items():
            if item.name() in found:
                item.refuse(f"expected each only once, {item.name()!r} comes twice")
            found[item.name()] = None
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
