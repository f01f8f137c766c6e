"""What the last versions of applications answer to the questions that staff have marked for their list."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable

from applications.applying.staff.filters import submitted_in
from applications.models import Submission
from core.questionnaires.enums import FormPurpose
from core.questionnaires.staff.listed import Answers, marked_questions
from core.sections.kinds.base import Labels, kind_of
from core.sections.questions import Question
from core.translated.texts import ENGLISH, active_language

# Where a version keeps a question with its answer.
PLACE = "$.sections[*].questions[*] ? (@.name == $name)"


def _questions() -> list[Question]:
    return marked_questions(FormPurpose.APPLICATION, version__form__call__isnull=False)


def _answer(question: Question) -> Combinable:
    """Return what the last version says to a question: the question as it was asked, with its answer."""
    answer = Func(
        F("snapshot"),
        Value(PLACE),
        Func(Value("name"), Value(question.name), function="jsonb_build_object"),
        template="jsonb_path_query_first(%(expressions)s)",
        arg_joiner=", ",
        output_field=JSONField(),
    )
    latest = Submission.objects.latest_versions().filter(application=OuterRef("pk"))
    return Subquery(latest.values(found=answer)[:1])


def _says(question: Question, code: str) -> Exists:
    is_it, is_among = (_answers_with(question, value) for value in ({"code": code}, [{"code": code}]))
    return submitted_in(is_it | is_among)


def _answers_with(question: Question, value: object) -> Q:
    answer = {"name": question.name, "value": value}
    return Q(snapshot__contains={"sections": [{"questions": [answer]}]})


def _told(question: Question, asked: dict[str, Any], labels: Labels) -> str:
    """Return an answer in the words of its version."""
    language = active_language() if active_language() in asked["label"] else ENGLISH
    return "; ".join(kind_of(asked).told(asked, asked["value"], language).lines)


ANSWERS = Answers(_questions, _answer, _says, _told)
