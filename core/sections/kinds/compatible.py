"""Which kinds may take the place of each other in a new version of a form, with the answers kept."""

from __future__ import annotations

from core.sections.kinds.base import Kind
from core.sections.questions import Question


def may_become(before: Kind, after: Kind) -> bool:
    """Whether answers of one kind can be read as those of another, as they are kept."""
    return after.code == before.code or after.code in before.converts_to


def keeps_answers(before: Question, after: Question) -> bool:
    """Whether a question reads the answers of its earlier version.

    Whether each of them will still do is another matter: `Kind.misfits` says so, one by one.
    """
    if not may_become(before.kind, after.kind):
        return False
    asked = {column.name: column for column in after.columns}
    return all(keeps_answers(c, asked[c.name]) for c in before.columns if c.name in asked)
