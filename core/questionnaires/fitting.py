"""Which kinds of answer a question of a draft can take: those that all that refers to it can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.utils.translation import gettext as _

from core.questionnaires.loading import question_of
from core.questionnaires.models import FormQuestion, FormVersion
from core.questionnaires.purposes import purpose_of
from core.sections.condition_faults import faults_of_comparison
from core.sections.conditions import conditions_of, source_of
from core.sections.kinds import Kind
from core.sections.kinds.compatible import may_become
from core.sections.kinds.computed import SUM
from core.sections.kinds.settings import OPTIONS
from core.sections.kinds.tables import Table
from core.sections.questions import Clause, Question, Questionnaire, row_key


@dataclass(frozen=True)
class WantedAbility:
    """What a kind must be able to do.

    Args:
        why: a sentence, in the language of the page.
        is_met: whether a kind can.
    """

    why: str
    is_met: Callable[[Kind], bool]


def former_questions(version: FormVersion, **which: str) -> dict[str, Question]:
    """Return questions as another version of the form asked them last, by their keys; in two queries.

    Args:
        version: a draft.
        which: of the questions, such as their `key`; all, if nothing is said.
    """
    purpose = purpose_of(version.form.purpose)
    before = FormQuestion.objects.filter(version__form=version.form_id, rows=None, **which)
    rows = before.exclude(version=version).order_by("key", "-version__number").distinct("key")
    return {row.key: question_of(row, row.columns.all(), purpose) for row in rows.prefetch_related("columns")}


def needs_of(question: FormQuestion, asked: Questionnaire) -> list[WantedAbility]:
    """Return what the kind of a question, or of a column, must be able to do.

    Args:
        question: of a draft, saved or about to be added.
        asked: by the draft.
    """
    rows = question.rows
    path = f"{rows.key}.{question.key}" if rows else question.key
    source = source_of(asked, path) if question.pk else None
    needs = [*_of_table(question)]
    if source is not None:
        needs += [*_of_columns(question), *_of_former(question, rows or question)]
        needs += [*_of_sums(source, path, asked), *_of_conditions(source, path, asked)]
        needs += _of_choices(source, path, asked)
    return needs


def _of_table(question: FormQuestion) -> Iterator[WantedAbility]:
    if question.rows and question.rows.kind == Table.code:
        yield WantedAbility(
            _("A table adds up its columns, so you can only choose number types."), _is_typed_number
        )


def _of_columns(question: FormQuestion) -> Iterator[WantedAbility]:
    if question.columns.exists():
        why = _("Remove the columns before you choose another answer type.")
        yield WantedAbility(why, lambda kind: kind.code == question.kind)


def _of_former(question: FormQuestion, whole: FormQuestion) -> Iterator[WantedAbility]:
    before = former_questions(question.version, key=whole.key).get(whole.key)
    if before is not None and question is not whole:
        before = next((column for column in before.columns if column.name == question.key), None)
    if before is not None:
        former = before.kind
        why = _(
            "This question was asked in an earlier version, so you can only choose types that "
            "fit the answers already given. To ask for a different type of answer, add a new "
            "question."
        )
        yield WantedAbility(why, lambda kind: may_become(former, kind))


def _of_sums(source: Question, path: str, asked: Questionnaire) -> Iterator[WantedAbility]:
    for question, name in _that_name(path, asked):
        if question.formula and question.formula.operation == SUM and name in question.formula.sources:
            why = _("“%(question)s” adds up these answers, so you can only choose number types.")
            yield WantedAbility(
                why % {"question": question.heading}, lambda kind: _can_be_added(kind, source)
            )


def _of_conditions(source: Question, path: str, asked: Questionnaire) -> Iterator[WantedAbility]:
    for question in asked.questions:
        clauses = [c for each in conditions_of(question) for c in each.clauses if c.question == path]
        # One that is wrong already keeps nobody from anything.
        if sound := [clause for clause in clauses if not any(faults_of_comparison(clause, source))]:
            why = _(
                "Whether “%(question)s” is asked depends on this answer, so you can only "
                "choose types that can be compared in the same way."
            )
            yield WantedAbility(
                why % {"question": question.heading}, partial(_can_be_compared, source, sound)
            )


def _of_choices(source: Question, path: str, asked: Questionnaire) -> Iterator[WantedAbility]:
    for question, name in _that_name(path, asked):
        if question.depends_on == name:
            why = _(
                "The options of “%(question)s” depend on this answer, so you can only "
                "choose types with options."
            )
            yield WantedAbility(
                why % {"question": question.heading},
                lambda kind: kind.code == source.kind.code or OPTIONS in kind.settings,
            )


def _that_name(path: str, asked: Questionnaire) -> Iterator[tuple[Question, str]]:
    """Yield what may name a question or a column, and how: in its row by the name of the column alone."""
    yield from ((question, path) for question in asked.questions)
    rows = asked.question(path) if row_key(path) else None
    yield from ((column, row_key(path)) for column in (rows.columns if rows else ()))


def _is_typed_number(kind: Kind) -> bool:
    return kind.is_number and not kind.is_computed


def _can_be_added(kind: Kind, source: Question) -> bool:
    return kind.is_number or (kind.code == source.kind.code and bool(source.fixed_rows))


def _can_be_compared(source: Question, clauses: Sequence[Clause], kind: Kind) -> bool:
    other = replace(source, kind=kind)
    return not any(fault for clause in clauses for fault in faults_of_comparison(clause, other))
