"""When a question of a draft is asked: clauses on earlier answers, added, changed and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.questionnaires.actions.editing import change_question, locked_question
from core.questionnaires.loading import read_version
from core.questionnaires.models import FormQuestion
from core.sections.condition_faults import why_column_is_always_asked

MAX_CLAUSES = 10
ALL, ANY = "all", "any"


def why_always_asked(question: FormQuestion) -> str:
    """Return why a question of a draft can have no condition; "" if it can."""
    if question.is_fixed:
        return _("The portal’s rules need this answer, so the question is always asked.")
    if question.rows is None:
        return ""
    rows = read_version(question.version).question(question.rows.key)
    column = next((each for each in rows.columns if each.name == question.key), None) if rows else None
    return why_column_is_always_asked(column, rows) if rows and column else ""


@transaction.atomic
def set_condition(*, question_id: int, by: User, join: str, clauses: Sequence[Mapping[str, Any]]) -> None:
    """Ask a question, or a column, only if all, or any, of some clauses hold; always, if there are none.

    Raises:
        ValidationError: there are too many clauses, or the question is always asked.
    """
    question = locked_question(question_id, by=by)
    if clauses and (why := why_always_asked(question)):
        raise ValidationError(why, code="always")
    if len(clauses) > MAX_CLAUSES:
        words = _("A question can depend on up to %(most)d earlier answers.")
        raise ValidationError(words % {"most": MAX_CLAUSES}, code="many")
    condition = {"join": join, "clauses": [dict(clause) for clause in clauses]} if clauses else None
    change_question(question_id=question_id, by=by, values={"condition": condition})
