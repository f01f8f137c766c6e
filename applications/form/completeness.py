"""What is missing for a submission: one list, for the task list, the check page and the submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.form.answers import NEEDS, PARTNERS, Answers
from applications.form.sections import MIN_PARTNERS, SECTIONS, Kind, Question, Section
from core.reference.words import cross_border_types


class Progress(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    STARTED = "started", _("In progress")
    COMPLETE = "complete", _("Complete")


@dataclass(frozen=True)
class Missing:
    """An answer that a submission needs: where it is asked, the id of its field, what to do."""

    section: Section
    anchor: str
    text: str


def missing(cells: Answers, sections: Iterable[Section] = SECTIONS) -> list[Missing]:
    """Return what a submission of these sections lacks, in the order of the form."""
    return [lack for section in sections for lack in missing_in(section, cells)]


def missing_in(section: Section, cells: Answers) -> list[Missing]:
    lacks: list[Missing] = []
    for question in section.questions:
        found = _ROWS[question.name](cells) if question.kind is Kind.ROWS else _plain(question, cells)
        lacks += [Missing(section, anchor, text) for anchor, text in found]
    return lacks


def progress(section: Section, cells: Answers) -> Progress:
    """Return how far a section is; one without required answers is complete from the start."""
    if not missing_in(section, cells):
        return Progress.COMPLETE
    names = {question.name for question in section.questions}
    has_begun = any(value for cell, value in cells.items() if cell.partition(".")[0] in names)
    return Progress.STARTED if has_begun else Progress.NOT_STARTED


def _plain(question: Question, cells: Answers) -> Iterator[tuple[str, str]]:
    if question.is_required and cells.get(question.name) in (None, "", [], False):
        yield f"id_{question.name}", str(question.label)


def _partners(cells: Answers) -> Iterator[tuple[str, str]]:
    rows = [value for cell, value in cells.items() if cell.startswith(f"{PARTNERS.name}.")]
    for index, row in enumerate(rows):
        yield from _lacking_columns(PARTNERS, index, row)
    # One that is cross-border by nature may stand for both sides: staff decide.
    is_both_sides = any(row["type"] in cross_border_types() for row in rows)
    if len(rows) < MIN_PARTNERS and not is_both_sides:
        yield f"rows-{PARTNERS.name}", gettext("At least two partners, one from each side of the border")
    elif not any(row["is_lead"] for row in rows):
        yield f"rows-{PARTNERS.name}", gettext("Which partner leads")


def _needs(cells: Answers) -> Iterator[tuple[str, str]]:
    if not cells.get(NEEDS.name):
        yield f"rows-{NEEDS.name}", str(NEEDS.label)


def _lacking_columns(rows: Question, index: int, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for column in rows.columns:
        if column.is_required and not row[column.name]:
            whose = row.get("name") or f"{rows.row_label} {index + 1}"
            yield f"id_{rows.name}-{index}-{column.name}", f"{whose}: {column.label}"


_ROWS = {PARTNERS.name: _partners, NEEDS.name: _needs}
