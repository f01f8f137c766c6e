"""The steps of a save: read the locked row, merge, write, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from core.sections.merging import EditConflict, Merged, digests, merge
from core.sections.questions import ROW_MARK, Answers, Rule, Section

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin


@dataclass
class Saved:
    """What came of a save.

    Args:
        cells: as they are now.
        written: those that this save has changed.
        conflicts: what only the person can decide.
        broken: rules that keep the two from being put together.
    """

    cells: Answers
    written: frozenset[str] = frozenset()
    conflicts: list[EditConflict] = field(default_factory=list)
    broken: list[Rule] = field(default_factory=list)


def save(
    saved: Answers,
    section: Section,
    *,
    mine: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    choices: Mapping[str, str],
    writers: Mapping[str, int] | None = None,
    write: Callable[[Answers], None],
) -> Saved:
    """Write what a person sends of a section, never over something that the person has not seen.

    Args:
        saved: the cells of the section, of a locked row.
        section: to which they belong.
        mine: cell → value; cells that are not given stay as they are.
        base: cell → digest of the value on which the form was written; None: the one saved now.
        choices: cell → the person's decision of a conflict shown before.
        writers: cell → the key of who wrote the saved value.
        write: is given the cells to be written, if there are any.
    """
    merged = _merged(saved, section, mine, base, choices, writers)
    if merged.values:
        write(merged.values)
    cells = without_removed(saved | merged.values)
    return Saved(cells, frozenset(merged.values), merged.conflicts, merged.broken)


def judge(form: SectionFormMixin, *, writers: Mapping[str, int]) -> Saved:
    """Return what a save of a form would ask now: for a page that is shown again."""
    mine, base, choices = form.answers(), form.typed_base, form.typed_choices
    merged = _merged(form.cells, form.section, mine, base, choices, writers)
    return Saved(form.cells, frozenset(), merged.conflicts, merged.broken)


def _merged(
    saved: Answers,
    section: Section,
    mine: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    choices: Mapping[str, str],
    writers: Mapping[str, int] | None,
) -> Merged:
    seen = digests(saved) if base is None else base
    merged = partial(merge, base=seen, saved=saved, choices=choices, writers=writers)
    written = merged(mine=mine).values
    kinds = [(question.kind, question) for question in section.questions]
    for kind, question in kinds:
        mine = kind.besides(question, written, saved) | dict(mine)
    rules = chain(section.rules, *(kind.rules(question, mine, saved) for kind, question in kinds))
    return merged(mine=mine, rules=rules)


def without_removed(cells: Answers) -> Answers:
    """Leave out rows that were removed; other answers may well be None."""
    return {cell: value for cell, value in cells.items() if value is not None or ROW_MARK not in cell}
