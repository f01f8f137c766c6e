"""Who has written more already than a draft would allow: shown before it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from core.questionnaires.enums import VersionStatus
from core.questionnaires.loading import questionnaire, read_version
from core.questionnaires.models import FormVersion
from core.questionnaires.purposes import purpose_of
from core.sections.kinds.tables import Table
from core.sections.questions import Compared, Question

# The value of a question, plain, as a store hands it out.
Kept = Mapping[str, Any]


class Beyond(NamedTuple):
    """How many drafts and submissions hold more than the new limit of a question."""

    drafts: int
    submissions: int


def beyond_limits(version: FormVersion) -> dict[str, Beyond]:
    """Return how much of what is written is over a limit that a draft lowers, by the key of the question.

    Only questions whose limit changes are read, and nothing is read if there is none.
    """
    published = version.form.versions.filter(status=VersionStatus.PUBLISHED).values_list("pk", flat=True)
    before = {question.name: question for pk in published for question in questionnaire(pk).questions}
    after = [question for question in read_version(version).questions if question.name in before]
    changed = [question for question in after if _limits(question) != _limits(before[question.name])]
    if not changed:
        return {}
    drafts, submissions = purpose_of(version.form.purpose).written(version.form, changed)
    in_drafts, in_submissions = _count(drafts, changed, before), _count(submissions, changed, before)
    lowered = in_drafts.lowered | in_submissions.lowered
    return {name: Beyond(in_drafts.over[name], in_submissions.over[name]) for name in sorted(lowered)}


class _Counted(NamedTuple):
    """How many rows are over the new limit, and for which questions some were within the former one."""

    over: Counter[str]
    lowered: set[str]


def _count(rows: Iterable[Kept], changed: Sequence[Question], before: Mapping[str, Question]) -> _Counted:
    over: Counter[str] = Counter()
    lowered = set()
    for kept in rows:
        for question in changed:
            if is_over(question, kept[question.name]):
                over[question.name] += 1
                if not is_over(before[question.name], kept[question.name]):
                    lowered.add(question.name)
    return _Counted(over, lowered)


def is_over(question: Question, value: Any) -> bool:
    """Whether an answer holds more than the upper limit of its question, or of one of its columns."""
    kind = question.kind
    if not kind.is_answered(question, value):
        return False
    if question.columns:
        is_too_long = kind.compared_as == Compared.ROWS and question.limit and len(value) > question.limit
        return bool(is_too_long) or any(is_over(*pair) for pair in _in_columns(question, value))
    upper, none = (replace(question, least=None, limit=limit) for limit in (question.limit, None))
    return bool({*kind.misfits(upper, value, {})} - {*kind.misfits(none, value, {})})


def _in_columns(question: Question, value: Any) -> Iterator[tuple[Question, Any]]:
    """Yield each column with what a row says in it."""
    rows = value.values() if isinstance(question.kind, Table) else value
    for row in rows:
        yield from ((column, row[column.name]) for column in question.columns if column.name in row)


def _limits(question: Question) -> Any:
    return question.limit, question.counts, {each.name: _limits(each) for each in question.columns}
