"""What a form lacks: one list, for the list of sections, the page that checks, and the sending itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.sections.questions import Answers, Section


class Progress(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    STARTED = "started", _("In progress")
    COMPLETE = "complete", _("Complete")
    OPTIONAL = "optional", _("Optional")
    NOT_ASKED = "not_asked", _("Not needed")


@dataclass(frozen=True)
class Missing:
    """An answer that a complete form needs: where it is asked, the id of its field, what to do."""

    section: Section
    anchor: str
    text: str


def missing(cells: Answers, sections: Iterable[Section]) -> list[Missing]:
    """Return what these sections lack, in the order of the form.

    Args:
        cells: of the form.
        sections: as they are asked now: those of `core.sections.conditions.as_asked`.
    """
    return [lack for section in sections for lack in missing_in(section, cells)]


def missing_in(section: Section, cells: Answers) -> list[Missing]:
    return [
        Missing(section, anchor, text)
        for question in section.questions
        for anchor, text in question.kind.missing(question, cells)
    ]


def is_begun(section: Section, cells: Answers) -> bool:
    """Whether somebody has answered anything of a section."""
    return any(question.kind.is_begun(question, cells) for question in section.questions)


def progress(section: Section | None, cells: Answers) -> Progress:
    """Return how far a section is; one without required answers is optional until one is given.

    Args:
        section: as it is asked now; None if nothing of it is.
        cells: of the form.
    """
    if section is None:
        return Progress.NOT_ASKED
    if missing_in(section, cells):
        return Progress.STARTED if is_begun(section, cells) else Progress.NOT_STARTED
    needs_answers = any(question.is_required for question in section.questions)
    return Progress.COMPLETE if needs_answers or is_begun(section, cells) else Progress.OPTIONAL
