"""A question of a draft, or a column: added with its words and kind, then set as its kind allows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.keys import is_key
from core.questionnaires.actions import editing
from core.questionnaires.actions.conditions import why_always_asked
from core.questionnaires.actions.options import BY_ANSWER, options_of
from core.questionnaires.faults import faults_in
from core.questionnaires.kind_settings import Shape, of_kind
from core.questionnaires.loading import read
from core.questionnaires.models import FormQuestion, FormSection
from core.questionnaires.purposes import purpose_of
from core.questionnaires.staff import sides
from core.questionnaires.staff.draft_pages import QuestionPartPage, SectionPartPage
from core.questionnaires.staff.forms import NewQuestionForm, QuestionForm
from core.questionnaires.staff.previews import preview_context
from core.sections.condition_words import told
from core.sections.conditions import source_of
from core.sections.questions import Question, Questionnaire
from core.translated.texts import TranslatedText


class AddQuestionPage(SectionPartPage):
    """Adds a question at the end of a section, or a column to a question of rows (`?rows=…`)."""

    route, name = "<int:pk>/draft/section/<int:section>/add/", "add-question"
    template_name = "admin/questionnaires/part.html"
    rows: FormQuestion | None = None

    def find_parts(self) -> None:
        super().find_parts()
        wanted = self.request.GET.get("rows", "")
        if wanted:
            self.rows = self.find_question(int(wanted) if is_key(wanted) else 0)

    def get_title(self) -> str:
        if self.rows:
            return _("Add a column to “%(question)s”") % {"question": self.rows.label}
        return _("Add a question to “%(section)s”") % {"section": self.section.title}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            with self.refusals_in(form):
                added = editing.add_question(
                    section_id=self.section.pk,
                    by=self.by,
                    rows_id=self.rows.pk if self.rows else None,
                    **form.values(),
                )
        if not form.is_valid():
            return self.show(form)
        words = _("Added: “%(question)s”. Set what else it needs.") % {"question": added.label}
        return self.done(words, QuestionPage.address(self.row.pk, added.pk))

    def form(self, data: Any) -> NewQuestionForm:
        new = FormQuestion(version=self.version, section=self.section)
        return NewQuestionForm(data, instance=new, is_column=self.rows is not None)

    def show(self, form: NewQuestionForm) -> HttpResponse:
        back_url = QuestionPage.address(self.row.pk, self.rows.pk) if self.rows else self.place_url
        return self.render(form=form, back_url=back_url)


class QuestionPage(QuestionPartPage):
    """Changes a question; its lists, columns and condition have pages of their own."""

    route, name = "<int:pk>/draft/question/<int:question>/", "question"
    template_name = "admin/questionnaires/question.html"

    def get_title(self) -> str:
        return _("Edit a column") if self.question.rows_id else _("Edit a question")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            with self.refusals_in(form):
                editing.change_question(question_id=self.question.pk, by=self.by, values=form.values())
        if not form.is_valid():
            return self.show(form)
        stays = "stay" in request.POST
        here = self.address(self.row.pk, self.question.pk)
        return self.done(_("Question saved."), here if stays else self.back_url)

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(
            data,
            instance=self.question,
            earlier=self.earlier,
            criteria=purpose_of(self.row.purpose).criteria_of(self.row) or (),
            parts=sides.words_of(self.row).parts,
        )

    def show(self, form: QuestionForm) -> HttpResponse:
        question = self.find_question(self.question.pk)
        return self.render(
            form=form,
            question=question,
            kind=of_kind(question.kind).title,
            lists=[] if question.is_fixed else self.lists(question),
            columns=question.columns.order_by("position", "pk"),
            has_columns=any(setting.shape == Shape.COLUMNS for setting in of_kind(question.kind).settings)
            or question.columns.exists(),
            condition=self.condition_told(question),
            why_always=why_always_asked(question),
            faults=self.faults(question),
            back_url=self.back_url,
            pressed=self.request.GET.get("pressed", ""),
            **preview_context(self, self.asked, question.section),
        )

    @cached_property
    def asked(self) -> Questionnaire:
        return read(self.version)

    @property
    def earlier(self) -> list[Question]:
        """The questions before this one; of a column, those before it in its rows."""
        questions = list(self.asked.questions)
        if rows := self.question.rows:
            of = self.asked.question(rows.key)
            questions = list(of.columns) if of else []
        names = [question.name for question in questions]
        return questions[: names.index(self.question.key)] if self.question.key in names else []

    @property
    def back_url(self) -> str:
        rows = self.question.rows_id
        return self.address(self.row.pk, rows) if rows else self.place_url

    def lists(self, question: FormQuestion) -> list[dict[str, Any]]:
        """Return the lists of a question, each with its title, its entries and its name in addresses."""
        found = []
        for setting in of_kind(question.kind).settings:
            if setting.shape == Shape.OPTIONS:
                entries = options_of(question.settings, setting.key)
                found.append({"title": setting.label, "entries": _texts(entries), "name": setting.key})
            elif setting.shape == Shape.OPTIONS_BY:
                found += self.lists_by_answer(question)
        return found

    def lists_by_answer(self, question: FormQuestion) -> list[dict[str, Any]]:
        decides = question.settings.get("depends_on", "")
        source = next((each for each in self.earlier if each.name == decides), None)
        return [
            {
                "title": _("After “%(answer)s”") % {"answer": words},
                "entries": _texts(options_of(question.settings, f"{BY_ANSWER}.{code}")),
                "name": f"{BY_ANSWER}.{code}",
            }
            for code, words in (source.choices if source else ())
        ]

    def condition_told(self, question: FormQuestion) -> str:
        asked = source_of(self.asked, editing.key_of(question))
        return told(asked.condition, self.asked) if asked and asked.condition else ""

    def faults(self, question: FormQuestion) -> list[Any]:
        sections: list[FormSection] = list(self.version.sections.order_by("position", "pk"))
        rows = list(self.version.questions.order_by("position", "pk"))
        key = editing.key_of(question)
        found = faults_in(self.version, sections, rows, self.asked)
        return [fault for fault in found if fault.key == key or fault.key.startswith(f"{key}.")]


def _texts(entries: list[dict[str, Any]]) -> list[Any]:
    return [TranslatedText(entry["label"]) for entry in entries]
