"""The order of a draft: sections, questions, columns and options, each moved by one of the staff.

Whoever moves something waits for the draft, and all places are numbered anew: two who move at once lose
nothing, whatever either saw.
"""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.questionnaires.actions.drafts import put_on_record
from core.questionnaires.actions.editing import locked_question, locked_section, number, whole_key
from core.questionnaires.enums import EditVerb
from core.questionnaires.models import FormQuestion, FormSection

UP, DOWN = "up", "down"
STEPS = {UP: -1, DOWN: 1}


_Shifted = TypeVar("_Shifted")
_Part = TypeVar("_Part", FormSection, FormQuestion)


def shift(rows: list[_Shifted], row: _Shifted, direction: str) -> bool:
    """Move one of a list one place up or down; whether it could."""
    place = rows.index(row)
    to = place + STEPS[direction]
    if not 0 <= to < len(rows):
        return False
    rows[place], rows[to] = rows[to], rows[place]
    return True


@transaction.atomic
def move_section(*, section_id: int, by: User, direction: str) -> None:
    """Move a section one place up or down; the first goes no higher, the last no lower."""
    section = locked_section(section_id, by=by)
    rows = list(section.version.sections.order_by("position", "pk"))
    _settle(section, rows, direction, key=section.key, by=by)


@transaction.atomic
def move_question(*, question_id: int, by: User, direction: str) -> None:
    """Move a question, or a column, one place up or down.

    The first question of a section goes to the end of the section before, the last to the beginning of the
    next one.
    """
    question = locked_question(question_id, by=by)
    rows = list(question.section.questions.filter(rows=question.rows_id).order_by("position", "pk"))
    if _settle(question, rows, direction, key=whole_key(question), by=by) or question.rows_id:
        return
    sections = list(question.version.sections.order_by("position", "pk"))
    to = sections.index(question.section) + STEPS[direction]
    if 0 <= to < len(sections):
        _put(question, sections[to], place=0 if direction == DOWN else None, by=by)


@transaction.atomic
def place_question(*, question_id: int, by: User, section_id: int, after_id: int | None = None) -> None:
    """Put a question into a section, after another one or at its beginning.

    Raises:
        NotAllowed, ValidationError: as `editing.locked_question`, or the place is not there any more.
    """
    question = locked_question(question_id, by=by)
    section = question.version.sections.filter(pk=section_id).first()
    if section is None or question.rows_id:
        raise ValidationError(_("Somebody else has removed this section in the meantime."), code="gone")
    others = [row.pk for row in _asked_in(section) if row != question]
    if after_id is not None and after_id not in others:
        raise ValidationError(
            _("Somebody else has moved or removed that question in the meantime."), code="gone"
        )
    _put(question, section, place=others.index(after_id) + 1 if after_id else 0, by=by)


def _put(question: FormQuestion, section: FormSection, *, place: int | None, by: User) -> None:
    """Put a question into a section at a place counted from 0, or at its end."""
    left = question.section
    before = {"section": left.key, "position": question.position}
    others = [row for row in _asked_in(section) if row != question]
    others.insert(len(others) if place is None else place, question)
    if left != section:
        question.columns.update(section=section)
        question.section = section
        question.save(update_fields=["section"])
    number(others)
    if left != section:
        number(list(_asked_in(left)))
    after = {"section": section.key, "position": question.position}
    if before != after:
        put_on_record(question.version, EditVerb.MOVED, by=by, key=question.key, before=before, after=after)


def _settle(row: _Part, rows: list[_Part], direction: str, *, key: str, by: User) -> bool:
    before = {"position": row.position}
    if not shift(rows, row, direction):
        return False
    number(rows)
    after = {"position": rows.index(row) + 1}
    put_on_record(row.version, EditVerb.MOVED, by=by, key=key, before=before, after=after)
    return True


def _asked_in(section: FormSection) -> QuerySet[FormQuestion]:
    return section.questions.filter(rows=None).order_by("position", "pk")
