"""Moves a question of a draft to any place of the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.decisions import use_theme_widget
from core.questionnaires.actions import arranging
from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.questionnaires.staff.in_place import QuestionPartPage


class PlaceForm(forms.Form):
    """Asks after which question of which section; a section alone means its beginning."""

    def __init__(self, *args: Any, version: FormVersion, moved: FormQuestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(section.title), list(_places(section, moved)))
            for section in version.sections.order_by("position", "pk").prefetch_related("questions")
        ]
        self.fields["place"] = forms.ChoiceField(
            label=_("New position"), choices=choices, initial=_place_of(moved)
        )
        use_theme_widget(self.fields["place"])

    @property
    def where(self) -> dict[str, Any]:
        section, _mark, after = self.cleaned_data["place"].partition("-")
        return {"section_id": int(section), "after_id": int(after) if after else None}


class PlacePage(QuestionPartPage):
    """Asks where to, and moves the question there."""

    route, name = "<int:pk>/draft/question/<int:question>/move/", "move"
    panel = "admin/questionnaires/part.html"

    def find_parts(self) -> None:
        super().find_parts()
        if self.question.rows_id:
            raise LookupError

    def get_title(self) -> str:
        return _("Move “%(question)s”") % {"question": self.question.label}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.form(None), back_url=self.place_url, save_label=_("Move"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            with self.refusals_in(form):
                arranging.place_question(question_id=self.question.pk, by=self.by, **form.where)
        if not form.is_valid():
            return self.render(form=form, back_url=self.place_url, save_label=_("Move"))
        return self.done(_("Question moved."), self.place_url)

    def form(self, data: QueryDict | None) -> PlaceForm:
        return PlaceForm(data, version=self.version, moved=self.question)


def _place_of(moved: FormQuestion) -> str:
    """Return where a question is now."""
    before = moved.section.questions.filter(rows=None, position__lt=moved.position)
    last = before.order_by("-position", "-pk").first()
    return f"{moved.section_id}-{last.pk}" if last else str(moved.section_id)


def _places(section: FormSection, moved: FormQuestion) -> Iterator[tuple[str, str]]:
    yield str(section.pk), _("At the start of “%(section)s”") % {"section": section.title}
    rows = sorted(section.questions.all(), key=lambda row: (row.position, row.pk))
    for row in rows:
        if row.rows_id is None and row != moved:
            yield f"{section.pk}-{row.pk}", _("After “%(question)s”") % {"question": row.label}
