"""Questions that staff have marked for a list: columns, filters of closed lists, and columns of its export.

Whoever sees a list may open each of its rows and reads all answers there, so a column shows nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from core.bases import AdminBase
from core.exporting import Column
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.loading import question_of
from core.questionnaires.models import FormQuestion
from core.questionnaires.purposes import purpose_of
from core.sections.kinds.base import Labels
from core.sections.questions import OfferedOption, Question

# In the order of the newest form; more would leave no room for the rest of the list.
MAX_LISTED = 6
NOTHING = "–"


@dataclass(frozen=True)
class Answers:
    """Where the rows of a list keep what was answered.

    Args:
        questions: returns those that staff have marked.
        answer: the answer of a row to a question, as JSON; None if it was not asked.
        says: the condition of rows that answer a question with an option, or with it among others.
        told: an answer in one line, in the reader's language.
        regions: codes of regions in an answer, which are then read at once.
    """

    questions: Callable[[], list[Question]]
    answer: Callable[[Question], Combinable]
    says: Callable[[Question, str], Any]
    told: Callable[[Question, Any, Labels], str]
    regions: Callable[[Question, Any], Iterable[str]] = lambda question, answer: ()


def marked_questions(purpose: FormPurpose, **which: Any) -> list[Question]:
    """Return what is marked in published forms, once each, at most six; two queries.

    Args:
        purpose: of the forms.
        which: of them.
    """
    published = {"version__status": VersionStatus.PUBLISHED}
    return [*asked_questions(purpose, is_listed=True, **published, **which).values()][:MAX_LISTED]


def asked_questions(purpose: FormPurpose, **which: Any) -> dict[str, Question]:
    """Return the questions of some versions of forms by their keys, as the newest asks them; two queries."""
    rows = FormQuestion.objects.filter(rows=None, version__form__purpose=purpose, **which)
    rows = rows.order_by("-version", "section__position", "position").prefetch_related("columns")
    found: dict[str, Question] = {}
    for row in rows:
        found.setdefault(row.key, question_of(row, row.columns.all(), purpose_of(purpose)))
    return found


@dataclass(frozen=True)
class _Listed:
    """What one request lists."""

    questions: list[Question]
    labels: Labels


class ListedAnswersMixin(AdminBase):
    """A list with a column for each question that staff have marked, and a filter if it has options."""

    answers: ClassVar[Answers]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        questions = self._listed(request).questions
        loaded: QuerySet = rows.annotate(**{_loaded(each): self.answers.answer(each) for each in questions})
        return loaded

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = (self._column(request, question) for question in self._listed(request).questions)
        return [*super().get_list_display(request), *columns]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        questions = self._listed(request).questions
        filters = (_filter_of(each, found, self.answers) for each in questions if (found := _options(each)))
        return [*super().get_list_filter(request), *filters]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        self._read_regions(request, changelist.result_list)
        return changelist

    def listed_columns(self, request: HttpRequest, rows: Iterable[Any]) -> list[Column]:
        """Return the columns of the export."""
        self._read_regions(request, rows)
        return [
            (str(question.heading), partial(self._told, request=request, question=question))
            for question in self._listed(request).questions
        ]

    def _listed(self, request: HttpRequest) -> _Listed:
        """Return what staff have marked for the list, read once for a request."""
        kept = request.__dict__
        if "listed_answers" not in kept:
            kept["listed_answers"] = _Listed(self.answers.questions(), Labels())
        found: _Listed = kept["listed_answers"]
        return found

    def _column(self, request: HttpRequest, question: Question) -> Callable[[Any], str]:
        @admin.display(description=str(question.heading))
        def column(row: Any) -> str:
            return self._told(row, request=request, question=question) or NOTHING

        column.__name__ = _loaded(question)
        return column

    def _told(self, row: Any, *, request: HttpRequest, question: Question) -> str:
        answer = getattr(row, _loaded(question))
        return "" if answer is None else self.answers.told(question, answer, self._listed(request).labels)

    def _read_regions(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        listed = self._listed(request)
        answers = ((each, getattr(row, _loaded(each))) for each in listed.questions for row in rows)
        listed.labels.read(
            {code for each, answer in answers if answer for code in self.answers.regions(each, answer)}
        )


def _filter_of(
    question: Question, options: Sequence[OfferedOption], answers: Answers
) -> type[DropdownFilter]:
    class ListedFilter(DropdownFilter):
        title = question.heading
        parameter_name = f"answer_{question.name}"

        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Sequence[Any]:
            return options

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(answers.says(question, code)) if (code := self.value()) else queryset

    return ListedFilter


def _options(question: Question) -> list[OfferedOption]:
    if question.choices and not question.depends_on:
        return [(code, str(words)) for code, words in question.choices]
    if question.vocabulary:
        vocabulary: Any = question.vocabulary
        return list(vocabulary.objects.choices())
    return []


def _loaded(question: Question) -> str:
    return f"listed_{question.name}"
