"""Where the questions of a version stand: found in one go through its rows, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.questionnaires.models import FormQuestion


@dataclass(frozen=True)
class Arranged:
    """The questions of a version by where they stand, so that a form is gone through once.

    Args:
        asked: key of a section → its questions, in order.
        columns: key of a question of rows → its columns, in order.
    """

    asked: Mapping[int, Sequence[FormQuestion]]
    columns: Mapping[int, Sequence[FormQuestion]]


def arranged(rows: Iterable[FormQuestion]) -> Arranged:
    """Return questions and columns, in the order of the form, by where they stand."""
    asked: dict[int, list[FormQuestion]] = defaultdict(list)
    columns: dict[int, list[FormQuestion]] = defaultdict(list)
    for row in rows:
        (asked[row.section_id] if row.rows_id is None else columns[row.rows_id]).append(row)
    return Arranged(asked, columns)
