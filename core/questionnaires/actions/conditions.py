"""When a question of a draft is asked: clauses on earlier answers, added, changed and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.questionnaires.actions.editing import change_question, locked_question

MAX_CLAUSES = 10
ALL, ANY = "all", "any"


@transaction.atomic
def set_condition(*, question_id: int, by: User, join: str, clauses: Sequence[Mapping[str, Any]]) -> None:
    """Ask a question only if all, or any, of some clauses hold; always, if there are none.

    Raises:
        ValidationError: there are too many clauses, the portal always asks the question, or it is a column.
    """
    question = locked_question(question_id, by=by)
    if question.rows_id:
        raise ValidationError(_("Columns are always asked."), code="column")
    if len(clauses) > MAX_CLAUSES:
        words = _("A question depends on at most %(most)d earlier answers.")
        raise ValidationError(words % {"most": MAX_CLAUSES}, code="many")
    condition = {"join": join, "clauses": [dict(clause) for clause in clauses]} if clauses else None
    change_question(question_id=question_id, by=by, values={"condition": condition})
