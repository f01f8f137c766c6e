"""What was saved meanwhile is never overwritten unseen: digests of what somebody saw, and a merge by cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.sections.questions import Answers, Rule

DIGEST_LENGTH = 12


@dataclass(frozen=True)
class EditConflict:
    """A cell that two people changed: what this person wants, and what the other one has saved.

    Args:
        cell: which.
        mine: what this person sends; None removes a row.
        saved: the value as it is now; None stands for a row that is not there.
        writer: the key of who saved it; None if nobody is known.
    """

    cell: str
    mine: Any
    saved: Any
    writer: int | None = None

    @property
    def keep_mine(self) -> str:
        """The choice by which this person keeps their own value, having seen the saved one."""
        return f"mine-{digest(self.saved)}"

    @property
    def keep_saved(self) -> str:
        return f"saved-{digest(self.saved)}"


@dataclass
class Merged:
    """What is to be written, what only the person can decide, which rules both together would break."""

    values: Answers = field(default_factory=dict)
    conflicts: list[EditConflict] = field(default_factory=list)
    broken: list[Rule] = field(default_factory=list)


def digest(value: Any) -> str:
    """Return a short fingerprint of a cell's value; None stands for a row that is not there."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def digests(cells: Mapping[str, Any]) -> dict[str, str]:
    return {cell: digest(value) for cell, value in cells.items()}


def merge(
    *,
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    saved: Mapping[str, Any],
    choices: Mapping[str, str],
    writers: Mapping[str, int] | None = None,
    rules: Iterable[Rule] = (),
) -> Merged:
    """Decide, cell by cell, between what a person sends and what was saved meanwhile.

    Args:
        base: digests of the cells that the person's form was written on.
        mine: the cells that the person sends; None removes a row.
        saved: the cells as they are now.
        choices: cell → `keep_mine` or `keep_saved` of the conflict that the person was shown;
            one made on an older saved value counts for nothing.
        writers: cell → the key of who wrote the saved value, where that is known.
        rules: on several cells, which what is saved keeps after the merge as well.

    Returns:
        What is to be written, and what only the person can decide.
    """
    merged, writers = Merged(), writers or {}
    for cell, value in mine.items():
        conflict = EditConflict(cell, value, saved.get(cell), writers.get(cell))
        was = base.get(cell, digest(None))
        choice = choices.get(cell)
        if value == conflict.saved or choice == conflict.keep_saved:
            continue
        # A choice comes first: a rule may ask about an answer that this person has left as it was.
        if choice == conflict.keep_mine or was == digest(conflict.saved) != digest(value):
            merged.values[cell] = value
        elif was != digest(value):
            merged.conflicts.append(conflict)
    for rule in rules:
        if merged.values.keys() & {*rule.names} and not rule.is_kept({**saved, **merged.values}):
            _ask_about_all(rule, merged, mine, saved, writers)
    return merged


def _ask_about_all(
    rule: Rule,
    merged: Merged,
    mine: Mapping[str, Any],
    saved: Mapping[str, Any],
    writers: Mapping[str, int],
) -> None:
    """Leave out what breaks a rule only together with what was saved meanwhile, and ask about all of it."""
    merged.broken.append(rule)
    asked = {conflict.cell for conflict in merged.conflicts}
    for cell in rule.names:
        merged.values.pop(cell, None)
        if cell in mine and cell not in asked and mine[cell] != saved.get(cell):
            merged.conflicts.append(EditConflict(cell, mine[cell], saved.get(cell), writers.get(cell)))
