"""Conditions told in words: for the list of questions, its PDF, and whoever writes the form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.sections.comparing import number_of
from core.sections.conditions import source_of
from core.sections.kinds.base import Labels
from core.sections.questions import Clause, Compared, Condition, Operator, Question, Questionnaire

# By how the answers are compared; what is the same for all stands under ANYTHING.
WORDS: dict[tuple[Compared, Operator], str] = {
    (Compared.ANYTHING, Operator.FILLED): gettext_noop("“%(question)s” is answered"),
    (Compared.ANYTHING, Operator.NOT_FILLED): gettext_noop("“%(question)s” is not answered"),
    (Compared.ANYTHING, Operator.IS): gettext_noop("“%(question)s” is “%(value)s”"),
    (Compared.ANYTHING, Operator.IS_NOT): gettext_noop("“%(question)s” is not “%(value)s”"),
    (Compared.ANYTHING, Operator.CONTAINS): gettext_noop("“%(question)s” includes “%(value)s”"),
    (Compared.ANYTHING, Operator.OVER): gettext_noop("“%(question)s” is over %(value)s"),
    (Compared.ANYTHING, Operator.UNDER): gettext_noop("“%(question)s” is under %(value)s"),
    (Compared.TEXT, Operator.CONTAINS): gettext_noop("“%(question)s” contains the words “%(value)s”"),
    (Compared.NUMBER, Operator.IS): gettext_noop("“%(question)s” is %(value)s"),
    (Compared.NUMBER, Operator.IS_NOT): gettext_noop("“%(question)s” is not %(value)s"),
    (Compared.DAY, Operator.IS): gettext_noop("“%(question)s” is %(value)s"),
    (Compared.DAY, Operator.IS_NOT): gettext_noop("“%(question)s” is not %(value)s"),
    (Compared.DAY, Operator.OVER): gettext_noop("“%(question)s” is later than %(value)s"),
    (Compared.DAY, Operator.UNDER): gettext_noop("“%(question)s” is earlier than %(value)s"),
}


def condition_in_words(condition: Condition | None, questionnaire: Questionnaire) -> str:
    """Return when a question is asked, as in “Asked only if “How you co-operate today” is “EGTC”.”

    Args:
        condition: None, as one without clauses, is told as "".
        questionnaire: the form whose questions it is about.
    """
    if condition is None or not condition.clauses:
        return ""
    clauses = [clause_told(clause, questionnaire) for clause in condition.clauses]
    joined = clauses[0]
    join = _("%(first)s and %(second)s") if condition.needs_all else _("%(first)s or %(second)s")
    for clause in clauses[1:]:
        joined = join % {"first": joined, "second": clause}
    return _("Asked only if %(condition)s.") % {"condition": joined}


def when_asked(question: Question, questionnaire: Questionnaire) -> list[str]:
    """Return when a question and its columns are asked, in sentences; none of what is always asked."""
    sentences = [condition_in_words(question.condition, questionnaire)]
    for column in question.columns:
        if when := condition_in_words(column.condition, questionnaire):
            sentences.append(
                _("“%(column)s”, in each row: %(when)s") % {"column": column.heading, "when": when}
            )
    return [sentence for sentence in sentences if sentence]


def clause_told(clause: Clause, questionnaire: Questionnaire) -> str:
    """Return what a clause asks of an earlier answer; of a question that is gone, by its name."""
    question = source_of(questionnaire, clause.question)
    compared = question.kind.compared_as if question else Compared.ANYTHING
    name = str(question.heading) if question else clause.question
    if question and _counts(clause, compared):
        return _count_told(clause.operator, name, clause.value)
    words = WORDS.get((compared, clause.operator)) or WORDS[Compared.ANYTHING, clause.operator]
    return _(words) % {"question": name, "value": value_told(question, clause.value)}


def value_told(question: Question | None, value: Any) -> str:
    """Return the value of a clause as people read it: options in their words, dates written out."""
    if isinstance(value, list | tuple):
        return ", ".join(value_told(question, each) for each in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if question is None or value is None:
        return "" if value is None else str(value)
    # A kind of several answers tells a list.
    given = [value] if question.kind.compared_as == Compared.OPTIONS else value
    try:
        return question.kind.line(question, given, Labels()) or str(value)
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        # Whoever writes a form may have chosen another question since.
        return str(value)


def _counts(clause: Clause, compared: Compared) -> bool:
    is_size = clause.operator in (Operator.OVER, Operator.UNDER)
    return is_size and compared in (Compared.OPTIONS, Compared.ROWS) and number_of(clause.value) is not None


def _count_told(operator: Operator, name: str, value: Any) -> str:
    number = int(number_of(value) or 0)
    if operator == Operator.OVER:
        words = ngettext(
            "“%(question)s” has more than %(n)s entry", "“%(question)s” has more than %(n)s entries", number
        )
    else:
        words = ngettext(
            "“%(question)s” has fewer than %(n)s entry", "“%(question)s” has fewer than %(n)s entries", number
        )
    return words % {"question": name, "n": value}
