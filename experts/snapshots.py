"""A profile as plain data, section by section: where it is kept, kept as a version, handed to its owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from core.sections.conditions import as_asked, given, is_judged
from core.sections.kinds.base import Labels
from core.sections.places import AnswerPlace, Loaded
from core.sections.questions import Answers, Question, Questionnaire, Section, questions_of, row_key
from core.sections.stores import ColumnPlace, KeyedRowsPlace, RowsPlace, Store
from experts.asked import asked_of
from experts.core_questions import CV
from experts.enums import DeclarationKind
from experts.kinds import month_key
from experts.models import (
    Expert,
    ExpertDeclaration,
    ExpertExpertise,
    ExpertLanguage,
    ExpertMonth,
    ExpertOrganisation,
)

Profile = dict[str, Answers]


class MonthsPlace:
    """A row for each month with days; the past stays as it was: matches have counted on it."""

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return ["months"]

    def value(self, row: Expert, question: Question) -> dict[str, int]:
        return {month_key(each.month): each.half_days for each in row.months.all() if each.half_days}

    def write(self, row: Expert, question: Question, cells: Answers) -> list[str]:
        first = timezone.localdate().replace(day=1)
        for cell, half_days in cells.items():
            month = date.fromisoformat(f"{row_key(cell)}-01")
            if month >= first and half_days:
                ExpertMonth.objects.update_or_create(
                    expert=row, month=month, defaults={"half_days": half_days}
                )
            elif month >= first:
                row.months.filter(month=month).delete()
        return []


class CvPlace:
    """What is known of the stored CV; it is stored on a page of its own."""

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return []

    def value(self, row: Expert, question: Question) -> dict[str, Any]:
        return {"name": row.cv_name, "size": row.cv_size, "sha256": row.cv_sha256}

    def write(self, row: Expert, question: Question, cells: Answers) -> list[str]:
        return []


class DeclarationPlace(ColumnPlace):
    """A column, and a row that keeps when it was declared or taken back, and in which words.

    Who tries out the form declares nothing.
    """

    def write(self, row: Expert, question: Question, cells: Answers) -> list[str]:
        kind, is_given = DeclarationKind(question.name), cells[question.name]
        if getattr(row, kind) == is_given:
            return []
        if not row.is_test:
            ExpertDeclaration.objects.create(
                expert=row,
                kind=kind,
                is_given=is_given,
                wording=f"{question.label}\n{question.help_text}",
                language=get_language() or "en",
            )
        return [*super().write(row, question, cells)]


PLACES: dict[str, AnswerPlace] = {
    "languages": KeyedRowsPlace(ExpertLanguage, "expert", key="language_id"),
    "expertise": KeyedRowsPlace(ExpertExpertise, "expert", key="area_id"),
    "months": MonthsPlace(),
    "organisations": RowsPlace(ExpertOrganisation, "expert"),
    CV: CvPlace(),
    **{kind.value: DeclarationPlace(kind.value) for kind in DeclarationKind},
}
STORE = Store(Expert, PLACES, free="answers")


def asked_now(expert: Expert) -> Questionnaire:
    """Return the form with what is asked in view of all answers: what is complete, sent and read."""
    form = asked_of(expert)
    return as_asked(form, read(expert, form))


def take(expert: Expert) -> Profile:
    """Return what is asked of a profile, answered: codes, not names, and half-days by month (`2026-11`)."""
    asked, cells = asked_now(expert), read_asked(expert)
    return {section.slug: take_section(expert, section) | _judged(section, cells) for section in asked}


def _judged(section: Section, cells: Answers) -> Answers:
    """Return the answers that depend on others, of the cells of what is asked."""
    judged = (question for question in section.questions if is_judged(question))
    return {question.name: question.kind.value(question, cells) for question in judged}


def take_section(expert: Expert, section: Section) -> Answers:
    """Return all answers to a section."""
    values = {question.name: STORE.value(expert, question) for question in section.questions}
    # What is known of the file is all that its section says.
    return values[CV] if section.asks(CV) else values


def answers_in(profile: Mapping[str, Answers], section: Section) -> Answers:
    """Return the answers to a section by the names of its questions; none of one that was not asked."""
    answers = profile.get(section.slug, {})
    return {CV: answers} if section.asks(CV) and answers else answers


def read(expert: Expert, sections: Iterable[Section]) -> Answers:
    """Return the cells of sections."""
    return STORE.cells(expert, questions_of(sections))


def read_asked(expert: Expert) -> Answers:
    """Return the cells of what is asked in view of all answers, with what is worked out of them."""
    form = asked_of(expert)
    return given(form, read(expert, form))


def write(expert: Expert, section: Section, cells: Answers) -> None:
    """Write cells of a locked profile; columns of the profile itself are saved by the caller."""
    STORE.write(expert, section.questions, cells)


def lines(expert: Expert, question: Question) -> list[str]:
    """Return an answer as people read it, a line for each part; of a question that may not be asked now."""
    value = STORE.value(expert, question)
    return question.kind.lines(question, value, Labels(question.kind.regions(question, value)))


def digest_of_section(answers: Answers) -> str:
    """Return the fingerprint that pages carried which were opened before sections were merged by cell."""
    text = json.dumps(answers, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
