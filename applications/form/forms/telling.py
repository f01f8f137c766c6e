"""A saved answer as people read it, for the choice between two values of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.numbers import format_decimal
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from applications.form.sections import Kind, Question

EMPTY = (None, "", [], False)


def told(question: Question, value: Any) -> str:
    """Return the value of a cell, as `applications.form.answers` keeps it, in the reader's language."""
    if value in EMPTY:
        return gettext("nothing: it was removed")
    match question.kind:
        case Kind.CHOICE:
            return str(dict(question.choices)[value])
        case Kind.MONTH:
            return date_format(date.fromisoformat(value), "F Y")
        case Kind.NUMBER:
            return format_decimal(value, locale=get_language())
        case Kind.TICK:
            return gettext("Yes")
        case Kind.TERM | Kind.REGION:
            return _named(question, [value])
        case Kind.TERMS | Kind.REGIONS:
            return _named(question, value)
        case Kind.ROWS:
            rows = value if isinstance(value, list) else [value]
            return " · ".join(_row(question, row) for row in rows)
    return str(value)


def _row(rows: Question, row: dict[str, Any]) -> str:
    """Return what is given of a row; a tick is told by its label."""
    given = [column for column in rows.columns if row[column.name] not in EMPTY]
    return "; ".join(
        str(column.label) if column.kind is Kind.TICK else told(column, row[column.name]) for column in given
    )


def _named(question: Question, codes: list[str]) -> str:
    known = question.source.related_model.objects.in_bulk(codes)
    return "; ".join(str(known.get(code, code)) for code in codes)
