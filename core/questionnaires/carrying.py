"""What becomes of answers when their form changes: the same for whoever fills in a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from django.db.models import Count, F, Func, Q, QuerySet, TextField
from django.db.models.functions import Coalesce

from core.questionnaires.changes import Change, ChangeKind, changes
from core.questionnaires.content import content_of
from core.questionnaires.enums import VersionStatus
from core.questionnaires.loading import question_of
from core.questionnaires.models import FormQuestion, FormVersion
from core.questionnaires.purposes import Purpose, Usage, purpose_of
from core.sections.conditions import Asked, has_column_conditions
from core.sections.questions import Answers, Question, Questionnaire
from core.sections.stores import Store

# So many are in memory at a time.
BATCH = 500


class FilledIn(Protocol):
    """A row with the answers to a form.

    Args:
        form_version: on which it is written.
        carried_from: the version before its form changed, until its people have seen what is asked otherwise.
        answers: to the questions of the form's own, by their names.
    """

    form_version: Any
    carried_from: Any
    answers: dict[str, Any]


def usage_of(drafts: QuerySet, submissions: QuerySet, purpose: Purpose) -> Usage:
    """Return how many rows answer each question; four queries.

    Args:
        drafts: the rows that are being filled in.
        submissions: those that were submitted and count.
        purpose: of their form.
    """
    counts = drafts.count(), submissions.count()
    # What the portal needs lies in columns of its own: whoever is asked, has an answer or none yet.
    in_drafts, in_submissions = (dict.fromkeys(purpose.core, count) for count in counts)
    return Usage(*counts, in_drafts | _answered(drafts), in_submissions | _answered(submissions))


def values_in(rows: QuerySet, questions: Sequence[Question], store: Store) -> Iterator[dict[str, Any]]:
    """Yield what each row answers to some questions, by their names; read in batches.

    Args:
        rows: of which each is filled in by somebody.
        questions: whose answers are read.
        store: where these are kept.
    """
    loaded = store.load(rows, questions).prefetch_related(*store.related(questions))
    for row in loaded.iterator(chunk_size=BATCH):
        yield {question.name: store.value(row, question) for question in questions}


def move_to(version: FormVersion, rows: QuerySet) -> None:
    """Let rows go on with a version, and note what their people knew before."""
    before = Coalesce(F("carried_from"), F("form_version"))
    rows.exclude(form_version=version).update(carried_from=before, form_version=version)


def news_of(row: FilledIn) -> list[Change]:
    """Return what is asked otherwise since the people of a row last looked; in words for them."""
    return [] if row.carried_from is None else news_between(row.carried_from, row.form_version)


def news_between(before: FormVersion, now: FormVersion) -> list[Change]:
    """Return what a version asks otherwise than another one, as far as it concerns who fills it in."""
    found = changes(content_of(before), content_of(now))
    return [change for change in found if change.is_for_applicants]


def still_news(found: Iterable[Change], asked: Questionnaire, cells: Answers) -> list[Change]:
    """Return the changes of which people still have to know.

    A new question that they have answered is none any more, and one that needed an answer and has it needs
    none.

    Args:
        found: the changes.
        asked: the form as it is asked now.
        cells: the answers to it.
    """
    done = {question.name for question in asked.questions if _is_answered(question, cells)}
    left = [change for change in found if not (change.key in done and change.kind == ChangeKind.ADDED)]
    return [replace(change, became_required=False) if change.key in done else change for change in left]


def _is_answered(question: Question, cells: Answers) -> bool:
    return question.kind.is_begun(question, cells) and not any(question.kind.missing(question, cells))


def became_required(before: FormVersion, now: FormVersion, asked: Callable[[], Asked]) -> list[Change]:
    """Return what needs an answer on a version, needed none on another one, and has none; for staff.

    Args:
        before: on which the answers were given.
        now: the other one.
        asked: returns what that asks in view of these answers; called only where the two are not the same.
    """
    if before.pk == now.pk:
        return []
    found = [change for change in changes(content_of(before), content_of(now)) if change.became_required]
    if not found:
        return []
    there = asked()
    lacking = {name for name, each in there.questions.items() if any(each.kind.missing(each, there.cells))}
    return [change for change in found if change.key in lacking]


def no_longer_asked(
    row: FilledIn, asked: Iterable[Question], *, also: Iterable[str] = ()
) -> dict[str, Question]:
    """Return the questions that a row still answers although nobody asks them any more.

    Each as it was asked last, by its name.

    Args:
        row: with the answers.
        asked: the questions of today.
        also: names of those that it answers elsewhere than in `answers`.
    """
    keys = {*row.answers, *also} - {question.name for question in asked}
    if not keys:
        return {}
    form = row.form_version.form
    # What staff are still writing is nobody else's to read, unless it is what this row is a test of.
    is_out = ~Q(version__status=VersionStatus.DRAFT) | Q(version=row.form_version)
    rows = FormQuestion.objects.filter(is_out, version__form=form)
    rows = rows.order_by("version__number").prefetch_related("columns")
    asked_once = rows.filter(key__in=keys, rows=None, is_core=False)
    found = {each.key: question_of(each, each.columns.all(), purpose_of(form.purpose)) for each in asked_once}
    return {key: found[key] for key in sorted(keys & found.keys())}


def not_asked_now(row: FilledIn, asked: Questionnaire) -> dict[str, Any]:
    """Return what a row keeps of questions that are gone or hidden, be it only in some rows of an answer.

    Args:
        row: with the answers.
        asked: the form as it is asked now.
    """
    shown = {question.name for question in asked.questions if not has_column_conditions(question)}
    return {name: kept for name, kept in row.answers.items() if name not in shown}


def forget(row: FilledIn, name: str) -> None:
    """Remove the answer to a question of the form's own; the caller saves the row."""
    row.answers = {key: kept for key, kept in row.answers.items() if key != name}


def _answered(rows: QuerySet) -> dict[str, int]:
    keys = Func(F("answers"), function="jsonb_object_keys", output_field=TextField(), set_returning=True)
    counted = rows.order_by().annotate(key=keys).values("key").annotate(count=Count("pk"))
    return dict(counted.values_list("key", "count"))
