"""A question of a draft, or a column: added with its words and kind, then set as its kind allows."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.keys import is_key
from core.questionnaires.actions import editing
from core.questionnaires.actions.conditions import why_always_asked
from core.questionnaires.actions.options import BY_ANSWER, options_of
from core.questionnaires.kind_settings import SettingShape, of_kind
from core.questionnaires.models import FormQuestion
from core.questionnaires.purposes import purpose_of
from core.questionnaires.staff import sides
from core.questionnaires.staff.forms import NewQuestionForm, QuestionForm
from core.questionnaires.staff.in_place import OPENED, QuestionPartPage, SectionPartPage
from core.questionnaires.staff.writing import WritingMixin
from core.sections.condition_words import condition_in_words
from core.sections.conditions import source_of
from core.sections.questions import Question
from core.translated.texts import TranslatedText


class AddQuestionPage(WritingMixin[NewQuestionForm, FormQuestion], SectionPartPage):
    """Adds a question to a section, at its end or below another one (`?after=…`).

    Or a column to a question of rows (`?rows=…`).
    """

    route, name = "<int:pk>/draft/section/<int:section>/add/", "add-question"
    panel = "admin/questionnaires/part.html"
    rows: FormQuestion | None = None
    after: FormQuestion | None = None

    def find_parts(self) -> None:
        super().find_parts()
        self.rows, self.after = self._named("rows"), self._named("after")

    def _named(self, name: str) -> FormQuestion | None:
        """Return the question that the address names."""
        wanted = self.request.GET.get(name, "")
        return self.find_question(int(wanted) if is_key(wanted) else 0) if wanted else None

    @property
    def place(self) -> str:  # type: ignore[override]  # it depends on the address
        if self.rows:
            return f"question-{self.rows.pk}"
        is_here = self.after is not None and self.after.section_id == self.section.pk
        return f"after-{self.after.pk}" if self.after and is_here else f"end-{self.section.pk}"

    def get_title(self) -> str:
        if self.rows:
            return _("Add a column to “%(question)s”") % {"question": self.rows.label}
        return _("Add a question to “%(section)s”") % {"section": self.section.title}

    def form(self, data: QueryDict | None) -> NewQuestionForm:
        new = FormQuestion(version=self.version, section=self.section, rows=self.rows)
        return NewQuestionForm(data, instance=new, asked=self.asked)

    def save(self, form: NewQuestionForm) -> FormQuestion:
        return editing.add_question(
            section_id=self.section.pk,
            by=self.by,
            rows_id=self.rows.pk if self.rows else None,
            after_id=self.after.pk if self.after else None,
            **form.values(),
        )

    def lead_on(self, form: NewQuestionForm, saved: FormQuestion) -> HttpResponse:
        words = _("Added: “%(question)s”. You can now complete its settings.") % {"question": saved.label}
        return self.done(words, QuestionPage.address(self.row.pk, saved.pk) + OPENED)

    def show(self, form: NewQuestionForm) -> HttpResponse:
        return self.render(form=form, back_url=self.back_url, save_label=_("Add"))

    @property
    def back_url(self) -> str:
        if self.rows:
            return QuestionPage.address(self.row.pk, self.rows.pk) + OPENED
        return self.line_url(f"question-{self.after.pk}") if self.after else self.place_url


class QuestionPage(WritingMixin[QuestionForm, None], QuestionPartPage):
    """Changes a question; its lists, columns and condition open in the same place."""

    route, name = "<int:pk>/draft/question/<int:question>/", "question"
    panel = "admin/questionnaires/question.html"

    def get_title(self) -> str:
        return _("Edit column") if self.question.rows_id else _("Edit question")

    def form(self, data: QueryDict | None) -> QuestionForm:
        return QuestionForm(
            data,
            instance=self.question,
            asked=self.asked,
            earlier=self.earlier,
            criteria=purpose_of(self.row.purpose).criteria_of(self.row) or (),
            parts=sides.words_of(self.row).parts,
        )

    def save(self, form: QuestionForm) -> None:
        editing.change_question(question_id=self.question.pk, by=self.by, values=form.values())

    def lead_on(self, form: QuestionForm, saved: None) -> HttpResponse:
        return self.done(_("Question saved."), self.next_url)

    @property
    def next_url(self) -> str:
        """Where a button leads that saves the question first."""
        wanted = self.request.POST.get("then", "")
        if "stay" in self.request.POST:
            return self.address(self.row.pk, self.question.pk) + OPENED
        return wanted + OPENED if wanted in self.parts else self.back_url

    @property
    def parts(self) -> set[str]:
        """The addresses of what opens in place of this form: its lists, its columns, when it is asked."""
        below = self.address(self.row.pk, self.question.pk)
        columns = (self.address(self.row.pk, column.pk) for column in self.question.columns.all())
        add = AddQuestionPage.address(self.row.pk, self.question.section_id)
        lists = (f"{below}list/{each['name']}/" for each in self.lists(self.question))
        return {*columns, *lists, f"{below}condition/", f"{add}?rows={self.question.pk}"}

    def show(self, form: QuestionForm) -> HttpResponse:
        question = self.find_question(self.question.pk)
        return self.render(
            form=form,
            question=question,
            kind=of_kind(question.kind).title,
            lists=[] if question.is_fixed else self.lists(question),
            columns=question.columns.order_by("position", "pk"),
            has_columns=any(
                setting.shape == SettingShape.COLUMNS for setting in of_kind(question.kind).settings
            )
            or question.columns.exists(),
            condition=self.condition_told(question),
            why_always=why_always_asked(question),
            key=editing.whole_key(question),
            back_url=self.back_url,
        )

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
        return self.address(self.row.pk, rows) + OPENED if rows else self.place_url

    def lists(self, question: FormQuestion) -> list[dict[str, Any]]:
        """Return the lists of a question, each with its title, its entries and its name in addresses."""
        found = []
        for setting in of_kind(question.kind).settings:
            if setting.shape == SettingShape.OPTIONS:
                entries = options_of(question.settings, setting.key)
                found.append({"title": setting.label, "entries": _texts(entries), "name": setting.key})
            elif setting.shape == SettingShape.OPTIONS_BY:
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
        asked = source_of(self.asked, editing.whole_key(question))
        return condition_in_words(asked.condition, self.asked) if asked and asked.condition else ""


def _texts(entries: list[dict[str, Any]]) -> list[Any]:
    return [TranslatedText(entry["label"]) for entry in entries]
