"""A copy of a question of a draft, with its columns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.questionnaires.models import FormQuestion
from core.sections.questions import ROW_MARK
from core.translated.texts import TranslatedText


def label_of(question: FormQuestion) -> TranslatedText:
    """Return how a copy of a question is called."""
    said, most = {}, FormQuestion._meta.get_field("label").max_length or 300
    for code, text in question.label:
        with override(code):
            end = " " + _("(copy)")
        said[code] = text[: most - len(end)] + end
    return TranslatedText(said)


def of(question: FormQuestion, *, key: str, label: TranslatedText) -> FormQuestion:
    """Return a copy of a question of a locked draft, saved with copies of its columns."""
    columns = list(question.columns.select_related("rows").order_by("position", "pk"))
    copy = _unsaved_copy(question, key=key, label=label)
    copy.save()
    FormQuestion.objects.bulk_create(
        _unsaved_copy(column, rows=copy, condition=_in_rows_of(copy, column)) for column in columns
    )
    return copy


def _in_rows_of(copy: FormQuestion, column: FormQuestion) -> dict[str, Any] | None:
    """Return the condition of a column for a copy of its question: on the columns of that one."""
    condition: dict[str, Any] | None = column.condition
    if not condition or column.rows is None:
        return condition
    old, new = f"{column.rows.key}{ROW_MARK}", f"{copy.key}{ROW_MARK}"
    clauses = [
        clause | {"question": new + clause["question"].removeprefix(old)}
        if clause["question"].startswith(old)
        else clause
        for clause in condition["clauses"]
    ]
    return condition | {"clauses": clauses}


def _unsaved_copy(question: FormQuestion, **other: Any) -> FormQuestion:
    fields = [field.attname for field in FormQuestion._meta.concrete_fields if not field.primary_key]
    copy = FormQuestion(**{name: getattr(question, name) for name in fields})
    for name, value in other.items():
        setattr(copy, name, value)
    return copy
