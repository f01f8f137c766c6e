"""Questions that staff have marked for their list of applications: columns, and filters of closed lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from applications.applying.staff.filters import submitted_in
from applications.models import Application, Submission
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.loading import question_of
from core.questionnaires.models import FormQuestion
from core.questionnaires.purposes import purpose_of
from core.sections.kinds.base import kind_of
from core.sections.questions import Choice, Question
from core.translated.texts import ENGLISH, active_language

# In the order of the newest form; more would leave no room for the rest of the list.
MAX_LISTED = 6
# Where a version keeps a question with its answer.
PLACE = "$.sections[*].questions[*] ? (@.name == $name)"


def listed_questions() -> list[Question]:
    """Return what is marked in the published forms of calls, once each, at most six; two queries."""
    purpose = purpose_of(FormPurpose.APPLICATION)
    rows = FormQuestion.objects.filter(
        is_listed=True, rows=None, version__status=VersionStatus.PUBLISHED, version__form__call__isnull=False
    )
    rows = rows.order_by("-version", "section__position", "position").prefetch_related("columns")
    found: dict[str, Question] = {}
    for row in rows:
        found.setdefault(row.key, question_of(row, row.columns.all(), purpose))
    return [*found.values()][:MAX_LISTED]


def with_listed(rows: QuerySet, questions: Iterable[Question]) -> QuerySet:
    """Load with applications what their last versions say to some questions."""
    latest = Submission.objects.latest_versions().filter(application=OuterRef("pk"))
    for question in questions:
        answer = Func(
            F("snapshot"),
            Value(PLACE),
            Func(Value("name"), Value(question.name), function="jsonb_build_object"),
            template="jsonb_path_query_first(%(expressions)s)",
            arg_joiner=", ",
            output_field=JSONField(),
        )
        rows = rows.annotate(**{_loaded(question): Subquery(latest.values(found=answer)[:1])})
    return rows


def column_of(question: Question) -> Callable[[Application], str]:
    """Return a column of the list."""

    @admin.display(description=question.heading)
    def column(application: Application) -> str:
        return told(application, question) or "–"

    column.__name__ = _loaded(question)
    return column


def told(application: Application, question: Question) -> str:
    """Return the answer of the last version in one line, in the reader's language."""
    asked = getattr(application, _loaded(question))
    if not asked:
        return ""
    language = active_language() if active_language() in asked["label"] else ENGLISH
    return "; ".join(kind_of(asked).told(asked, asked["value"], language).lines)


def filters_of(questions: Iterable[Question]) -> list[type[DropdownFilter]]:
    """Return a filter for each question whose answer is chosen from a list."""
    return [_filter_of(question, options) for question in questions if (options := _options(question))]


def _filter_of(question: Question, options: Sequence[Choice]) -> type[DropdownFilter]:
    class ListedFilter(DropdownFilter):
        title = question.heading
        parameter_name = f"answer_{question.name}"

        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Sequence[Any]:
            return options

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            if not (code := self.value()):
                return queryset
            is_it, is_among = (_says(question, value) for value in ({"code": code}, [{"code": code}]))
            return queryset.filter(submitted_in(is_it | is_among))

    return ListedFilter


def _says(question: Question, value: Any) -> Q:
    """Return the condition of versions in which a question has this answer, or this among others."""
    answer = {"name": question.name, "value": value}
    return Q(snapshot__contains={"sections": [{"questions": [answer]}]})


def _options(question: Question) -> list[Choice]:
    if question.choices and not question.depends_on:
        return [(code, str(words)) for code, words in question.choices]
    if question.vocabulary:
        vocabulary: Any = question.vocabulary
        return list(vocabulary.objects.choices())
    return []


def _loaded(question: Question) -> str:
    return f"listed_{question.name}"
