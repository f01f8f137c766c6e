"""What contradicts itself in the settings of a question, in sentences that staff can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.questionnaires.kind_settings import Shape, of_kind
from core.sections.questions import Question


def faults_of(question: Question) -> Iterator[str]:
    """Yield what is wrong with a question by itself, and with its columns."""
    kind = of_kind(question.kind.code)
    for setting in kind.settings:
        if setting.is_needed and not question.is_core and not getattr(question, setting.name):
            yield _("%(setting)s: nothing is there yet.") % {"setting": setting.label}
        if setting.shape == Shape.OPTIONS:
            yield from _of_options(question)
    yield from _of_bounds(question)
    for column in question.columns:
        for fault in faults_of(column):
            yield _("Column “%(column)s”: %(fault)s") % {"column": column.heading, "fault": fault}


def _of_bounds(question: Question) -> Iterator[str]:
    if _is_more(_comparable(question.least), _comparable(question.limit)):
        words = _("The least, %(least)s, is more than the most, %(most)s.")
        yield words % {"least": question.least, "most": question.limit}
    known = len(question.choices)
    if question.choices and isinstance(question.least, int) and question.least > known:
        words = _("At least %(least)s choices are asked for, and there are %(all)s options.")
        yield words % {"least": question.least, "all": known}


def _of_options(question: Question) -> Iterator[str]:
    for code, times in Counter(str(code) for code, _words in question.choices).items():
        if times > 1:
            yield _("The option “%(code)s” is there more than once.") % {"code": code}
    for words, times in Counter(str(words).strip() for _code, words in question.choices).items():
        if times > 1 and words:
            yield _("Two options have the same words: “%(words)s”.") % {"words": words}


def _is_more(least: Decimal | date | None, most: Decimal | date | None) -> bool:
    match least, most:
        case (Decimal(), Decimal()) | (date(), date()):
            return bool(least > most)  # type: ignore[operator]  # both of one kind
    return False


def _comparable(bound: Any) -> Decimal | date | None:
    if bound is None or isinstance(bound, bool):
        return None
    try:
        return Decimal(bound)
    except (InvalidOperation, TypeError):
        pass
    try:
        return date.fromisoformat(bound)
    except (TypeError, ValueError):
        return None
