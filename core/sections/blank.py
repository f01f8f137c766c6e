"""A section to which nobody has answered anything: as a preview shows it."""

from __future__ import annotations

from core.sections.forms import AnyForm, make_form
from core.sections.questions import Answers, Section


def blank_form(section: Section, base: type[AnyForm]) -> AnyForm:
    """Return the form of a section without answers.

    Args:
        section: whose questions it asks.
        base: as `make_form` takes it.
    """
    return make_form(section, base)(None, read=lambda: cells_of(section, {}))


def cells_of(section: Section, answers: Answers) -> Answers:
    """Return answers, by the names of their questions, as cells; what is not given is blank."""
    cells: Answers = {}
    for question in section.questions:
        cells |= question.kind.cells(question, answers.get(question.name, question.kind.blank))
    return cells
