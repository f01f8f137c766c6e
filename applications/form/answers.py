"""The answers of the working copy as plain values: read, compared with what somebody saw, written.

A cell is the smallest thing that two people can change without disturbing each other: an answer
under its question's name, one partner under `partners.<id>`, all needs together under `needs`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func
from django.utils import timezone

from applications.form.sections import PARTNERSHIP, SECTIONS, SUPPORT, Kind, Question, Section
from applications.models import Application, Partner, SupportNeed
from applications.querysets import ApplicationQuerySet
from core.accounts.models import User

Answers = dict[str, Any]

DIGEST_LENGTH = 12
PARTNERS = PARTNERSHIP.question("partners")
NEEDS = SUPPORT.question("needs")
PLAIN_KINDS = frozenset({Kind.LINE, Kind.TEXT, Kind.NUMBER, Kind.TICK, Kind.CHOICE})
# Made once: each field that Django makes invalidates what Python remembers of all kinds of fields.
CODES = ArrayField(CharField())
SEVERAL = frozenset({Kind.TERMS, Kind.REGIONS})


@dataclass(frozen=True)
class Conflict:
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
    values: Answers = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def with_answers(rows: ApplicationQuerySet, sections: Iterable[Section] = SECTIONS) -> ApplicationQuerySet:
    """Load with the applications what `read` needs: codes in the same query, rows in one more each."""
    asked = {question.name: question for section in sections for question in section.questions}
    codes = {name: question for name, question in asked.items() if question.kind in SEVERAL}
    rows = rows.annotate(**{f"{name}_codes": _codes_of(question) for name, question in codes.items()})
    return rows.prefetch_related(*(name for name in (PARTNERS.name, NEEDS.name) if name in asked))


def with_documents(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Load with the applications all that a snapshot needs."""
    return with_answers(rows).prefetch_related("documents")


def codes(application: Application, name: str) -> list[str]:
    """Return what is chosen for a question of several, in rising order; as `with_answers` has loaded it."""
    loaded = getattr(application, f"{name}_codes", None)
    return sorted([row.pk for row in getattr(application, name).all()] if loaded is None else loaded)


def read(application: Application, sections: Iterable[Section] = SECTIONS) -> Answers:
    """Return the cells of the sections; missing answers are "", None, False or []."""
    cells: Answers = {}
    for section in sections:
        for question in section.questions:
            cells |= _read_question(application, question)
    return cells


def partner_cell(public_id: UUID) -> str:
    return f"{PARTNERS.name}.{public_id.hex}"


def digest(value: Any) -> str:
    """Return a short fingerprint of a cell's value; None stands for a row that is not there."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def digests(cells: Answers) -> dict[str, str]:
    return {cell: digest(value) for cell, value in cells.items()}


def merge(
    *,
    base: Mapping[str, str],
    mine: Answers,
    saved: Answers,
    choices: Mapping[str, str],
    writers: Mapping[str, int] | None = None,
) -> Merged:
    """Decide, cell by cell, between what a person sends and what was saved meanwhile.

    Args:
        base: digests of the cells that the person's form was written on.
        mine: the cells that the person sends; None removes a row.
        saved: the cells as they are now.
        choices: cell → `keep_mine` or `keep_saved` of the conflict that the person was shown;
            one made on an older saved value counts for nothing.
        writers: cell → the key of who wrote the saved value, where that is known.

    Returns:
        What is to be written, and what only the person can decide.
    """
    merged, writers = Merged(), writers or {}
    for cell, value in mine.items():
        conflict = Conflict(cell, value, saved.get(cell), writers.get(cell))
        was = base.get(cell, digest(None))
        if value == conflict.saved or was == digest(value) or choices.get(cell) == conflict.keep_saved:
            continue
        if was == digest(conflict.saved) or choices.get(cell) == conflict.keep_mine:
            merged.values[cell] = value
        else:
            merged.conflicts.append(conflict)
    return merged


def write(application: Application, values: Answers, *, by: User) -> None:
    """Write cells of a locked application and raise its revision; nothing else is touched."""
    fields = ["revision", "changed_at", "changed_by", "writers"]
    for cell, value in values.items():
        name, _dot, key = cell.partition(".")
        if key:
            _write_partner(application, UUID(hex=key), value)
        elif name == NEEDS.name:
            _write_needs(application, value)
        elif isinstance(value, list):
            getattr(application, name).set(value)
        else:
            setattr(application, name, value)
            fields.append(name)
    application.writers = application.writers | dict.fromkeys(values, by.pk)
    application.revision += 1
    application.changed_by, application.changed_at = by, timezone.now()
    application.save(update_fields=fields)


def _read_question(application: Application, question: Question) -> Answers:
    name = question.name
    if question.kind in PLAIN_KINDS:
        return {name: getattr(application, name)}
    if question.kind is Kind.MONTH:
        return {name: _month(getattr(application, name))}
    if question.kind in SEVERAL:
        return {name: codes(application, name)}
    if question == PARTNERS:
        return {partner_cell(row.public_id): partner_answers(row) for row in application.partners.all()}
    if question == NEEDS:
        rows = [{"area": n.area_id, "weight": n.weight, "level": n.level} for n in application.needs.all()]
        return {name: sorted(rows, key=lambda row: row["area"])}
    return {}


def _codes_of(question: Question) -> Func:
    """Return an expression: what is chosen, as an array; PostgreSQL's own words spare a query in a query."""
    chosen = question.source
    pairs, own, other = chosen.remote_field.through, chosen.m2m_column_name(), chosen.m2m_reverse_name()
    return Func(
        F("pk"),
        template=f'ARRAY(SELECT "{other}" FROM "{pairs._meta.db_table}" WHERE "{own}" = %(expressions)s)',
        output_field=CODES,
    )


def _month(value: date | str | None) -> str | None:
    return str(value) if value else None


def partner_answers(partner: Partner) -> dict[str, Any]:
    foreign = {Kind.TERM, Kind.REGION}
    return {
        column.name: getattr(partner, f"{column.name}_id" if column.kind in foreign else column.name)
        for column in PARTNERS.columns
    }


def _write_partner(application: Application, public_id: UUID, row: dict[str, Any] | None) -> None:
    rows = Partner.objects.filter(application=application)
    if row is None:
        rows.filter(public_id=public_id).delete()
        return
    columns = {"type": "type_id", "unit": "unit_id"}
    values = {columns.get(name, name): value for name, value in row.items()}
    if row["is_lead"]:
        rows.filter(is_lead=True).exclude(public_id=public_id).update(is_lead=False)
    if not rows.filter(public_id=public_id).update(**values):
        last = rows.order_by("-position").values_list("position", flat=True).first()
        rows.create(application=application, public_id=public_id, position=(last or 0) + 1, **values)


def _write_needs(application: Application, rows: list[dict[str, Any]]) -> None:
    SupportNeed.objects.filter(application=application).delete()
    SupportNeed.objects.bulk_create(
        SupportNeed(application=application, area_id=r["area"], weight=r["weight"], level=r["level"])
        for r in rows
    )
