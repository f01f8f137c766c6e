"""A profile as plain data, section by section: where it is kept, kept as a version, handed to its owner."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from core.sections.questions import Answers, Question, Section, row_key
from core.sections.stores import Column, KeyedRows, Rows, Store
from experts.declarations import DECLARATIONS
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
from experts.sections import BY_SLUG, SECTIONS

Profile = dict[str, Answers]


class MonthsPlace:
    """A row for each month with days; the past stays as it was: matches have counted on it."""

    def load(self, rows: QuerySet, question: Question) -> QuerySet:
        return rows.prefetch_related("months")

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


class DeclarationPlace(Column):
    """A column, and a row that keeps when it was declared or taken back, and in which words."""

    def write(self, row: Expert, question: Question, cells: Answers) -> list[str]:
        kind, is_given = DeclarationKind(question.name), cells[question.name]
        if getattr(row, kind) == is_given:
            return []
        ExpertDeclaration.objects.create(
            expert=row,
            kind=kind,
            is_given=is_given,
            wording=DECLARATIONS[kind].wording,
            language=get_language() or "en",
        )
        return [*super().write(row, question, cells)]


PROFILE = Store(
    Expert,
    {
        "languages": KeyedRows(ExpertLanguage, "expert", key="language_id"),
        "expertise": KeyedRows(ExpertExpertise, "expert", key="area_id"),
        "months": MonthsPlace(),
        "organisations": Rows(ExpertOrganisation, "expert"),
    }
    | {kind.value: DeclarationPlace(kind.value) for kind in DeclarationKind},
)
CV = Store(Expert, {name: Column(f"cv_{name}") for name in ("name", "size", "sha256")})


def store_of(section: Section) -> Store:
    return CV if section.slug == "cv" else PROFILE


def take(expert: Expert) -> Profile:
    """Return every section of a profile; codes, not names, and half-days by month (`2026-11`)."""
    return {section.slug: take_section(expert, section.slug) for section in SECTIONS}


def take_section(expert: Expert, slug: str) -> Answers:
    section = BY_SLUG[slug]
    return {question.name: store_of(section).value(expert, question) for question in section.questions}


def read(expert: Expert, section: Section) -> Answers:
    """Return the cells of a section."""
    return store_of(section).cells(expert, section.questions)


def cells_of(section: Section, answers: Answers) -> Answers:
    """Return the answers of `take_section` as cells."""
    cells: Answers = {}
    for question in section.questions:
        cells |= question.kind.cells(question, answers.get(question.name, question.kind.blank))
    return cells


def write(expert: Expert, section: Section, cells: Answers) -> None:
    """Write cells of a locked profile; columns of the profile itself are saved by the caller."""
    store_of(section).write(expert, section.questions, cells)


def digest_of_section(answers: Answers) -> str:
    """Return the fingerprint that pages carried which were opened before sections were merged by cell."""
    text = json.dumps(answers, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
