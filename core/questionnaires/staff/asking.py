"""Asks before something is removed from a draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.decisions import refusal_in_words
from core.questionnaires.actions import editing, options
from core.questionnaires.loading import read_version
from core.questionnaires.staff.in_place import OPENED, InPlacePage, QuestionPartPage, SectionPartPage
from core.questionnaires.staff.options import OptionsPage
from core.questionnaires.staff.questions import QuestionPage
from core.sections.conditions import clauses_of
from core.sections.questions import Question, question_name
from core.staff.pages import REFUSALS
from core.translated.texts import TranslatedText


class AskingPage(InPlacePage):
    """Says what goes, and what depends on it; the second press removes it."""

    panel = "admin/questionnaires/remove.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(why_not=self.why_not(), texts=list(self.explain()), back_url=self.back_url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.remove()
        except REFUSALS as refusal:
            messages.error(request, " ".join(refusal_in_words(refusal)))
            return self.get(request)
        return self.done(_("Removed."), self.next_url)

    def remove(self) -> None:
        """Call the action that removes what the page asks about."""
        raise NotImplementedError

    def why_not(self) -> str:
        """Return why it cannot be removed."""
        return ""

    def explain(self) -> Iterator[str]:
        """Yield what removing it means."""
        yield from ()

    @property
    def back_url(self) -> str:
        raise NotImplementedError

    @property
    def next_url(self) -> str:
        return self.editor_url

    def depending_on(self, key: str) -> Iterator[str]:
        """Yield the questions and columns whose conditions or settings name a question, or a column."""
        for question in read_version(self.version).questions:
            if key in _named_by(question):
                yield _depends(question)
            yield from (_depends(column) for column in question.columns if key in _named_by(column, question))


def _named_by(question: Question, rows: Question | None = None) -> set[str]:
    """Return on what a question or a column depends: questions, and columns as `question.column`."""
    sources = question.formula.sources if question.formula else ()
    named = [name for name in (question.depends_on, *sources) if name]
    # Settings of a column name others of its row.
    paths = [rows.cell(name) for name in named] if rows else [*named, *map(question_name, named)]
    return {*paths, *(clause.question for clause in clauses_of(question))}


def _depends(question: Question) -> str:
    words = _("“%(question)s” depends on this answer. You will need to change it too.")
    return words % {"question": question.label}


class RemoveSectionPage(AskingPage, SectionPartPage):
    route, name = "<int:pk>/draft/section/<int:section>/remove/", "remove-section"

    def get_title(self) -> str:
        return _("Remove section “%(section)s”") % {"section": self.section.title}

    def explain(self) -> Iterator[str]:
        count = self.section.questions.filter(rows=None).count()
        words = ngettext(
            "The section and its %(count)d question will be removed.",
            "The section and its %(count)d questions will be removed.",
            count,
        )
        yield words % {"count": count}

    def why_not(self) -> str:
        needed = self.section.questions.filter(rows=None, is_core=True).first()
        if needed is None:
            return ""
        words = _("The portal needs “%(question)s”. Move it to another section first.")
        return words % {"question": needed.label}

    def remove(self) -> None:
        editing.remove_section(section_id=self.section.pk, by=self.by)

    @property
    def back_url(self) -> str:
        return self.place_url


class RemoveQuestionPage(AskingPage, QuestionPartPage):
    route, name = "<int:pk>/draft/question/<int:question>/remove/", "remove-question"

    def get_title(self) -> str:
        return _("Remove “%(question)s”") % {"question": self.question.label}

    def explain(self) -> Iterator[str]:
        yield _(
            "This question will no longer be asked once the draft is published. People can "
            "still read what they wrote, and submitted versions keep their answers."
        )
        yield from self.depending_on(editing.whole_key(self.question))

    def why_not(self) -> str:
        if not self.question.is_fixed:
            return ""
        words = _("The portal needs “%(question)s”, so it cannot be removed.")
        return words % {"question": self.question.label}

    def remove(self) -> None:
        editing.remove_question(question_id=self.question.pk, by=self.by)

    @property
    def back_url(self) -> str:
        rows = self.question.rows_id
        return QuestionPage.address(self.row.pk, rows) + OPENED if rows else self.place_url

    @property
    def next_url(self) -> str:
        rows = self.question.rows_id
        if rows:
            return QuestionPage.address(self.row.pk, rows) + OPENED
        return self.line_url(f"section-{self.question.section_id}")


class RemoveOptionPage(AskingPage, OptionsPage):
    route = "<int:pk>/draft/question/<int:question>/list/<str:options>/remove/<str:key>/"
    name = "remove-option"
    panel = AskingPage.panel

    def find_parts(self) -> None:
        super().find_parts()
        entries = {entry["key"]: TranslatedText(entry["label"]) for entry in self.entries}
        self.entry = entries[self.kwargs["key"]]

    def get_title(self) -> str:
        return _("Remove option “%(option)s”") % {"option": self.entry}

    def explain(self) -> Iterator[str]:
        yield _(
            "Nobody will be able to choose this option once the draft is published. "
            "Answers already submitted do not change."
        )
        yield from self.depending_on(editing.whole_key(self.question))

    def remove(self) -> None:
        options.remove_option(
            question_id=self.question.pk, by=self.by, name=self.list_name, key=self.kwargs["key"]
        )

    @property
    def back_url(self) -> str:
        return OptionsPage.address(self.row.pk, self.question.pk, self.list_name) + OPENED

    @property
    def next_url(self) -> str:
        return self.back_url
