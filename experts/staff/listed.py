"""What profiles, as they were last saved, answer to the questions that staff have marked for their list."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BooleanField, F, Field, Func, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

from core.questionnaires.enums import FormPurpose
from core.questionnaires.staff.listed import Answers, marked_questions
from core.sections.kinds.base import Labels
from core.sections.questions import Question
from experts.asked import asked_today
from experts.models import ExpertVersion

# Where a version keeps an answer: by the name of its question, in one of its sections. What is known of the
# CV stands in a section as well, under names that questions may have.
PLACE = "$.* ? (!exists(@.sha256)).keyvalue() ? (@.key == $name).value"
# The answer itself, or one of several; the number is for options that are one. Never null, which an answer
# that was not given equals.
CHOSEN = f"{PLACE} ? (@[*] == $code || @[*] == $number)"


def _questions() -> list[Question]:
    # As they are asked now: with the options that are gone, which profiles may still name.
    asked = asked_today()
    found = (asked.question(question.name) for question in marked_questions(FormPurpose.EXPERT))
    return [question for question in found if question]


def _answer(question: Question) -> Combinable:
    return Subquery(_last(_found("jsonb_path_query_first", PLACE, JSONField(), name=question.name)))


def _says(question: Question, code: str) -> Subquery:
    known = {"name": question.name, "code": code, "number": int(code) if code.isdecimal() else code}
    is_chosen = _found("jsonb_path_exists", CHOSEN, BooleanField(), **known)
    return Subquery(_last(is_chosen), output_field=BooleanField())


def _last(found: Combinable) -> QuerySet:
    versions = ExpertVersion.objects.filter(expert=OuterRef("pk")).order_by("-revision")
    return versions.values(found=found)[:1]


def _found(function: str, path: str, result: Field, **known: str | int) -> Func:
    values = Value(known, output_field=JSONField())
    return Func(F("profile"), Value(path), values, function=function, output_field=result)


def _told(question: Question, answer: object, labels: Labels) -> str:
    return question.kind.line(question, answer, labels)


def _regions(question: Question, answer: object) -> Iterable[str]:
    return question.kind.regions(question, answer)


ANSWERS = Answers(_questions, _answer, _says, _told, _regions)
