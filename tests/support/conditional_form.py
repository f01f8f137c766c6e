"""A form with conditions and its pages, as `core.sections` makes them; answers are kept in this process.

A test that has this module as `ROOT_URLCONF` finds its sections at `/form/<slug>/`, beside other pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.generic.base import View

from core.sections import kinds
from core.sections.conditions import as_asked
from core.sections.forms import SectionForm, SectionFormMixin, make_form
from core.sections.kinds.rows import KeyedRows
from core.sections.pages import SectionPage
from core.sections.questions import (
    Answers,
    Clause,
    Condition,
    Operator,
    Question,
    Questionnaire,
    Section,
)
from core.sections.saving import Saved, save
from impact import urls

LEGAL = (("egtc", "EGTC"), ("none", "Not yet"), ("other", "In another way"))
THEMES = (("water", "Water"), ("rail", "Rail"), ("health", "Health"))


def when(question: str, operator: str, value: Any = None) -> Condition:
    return Condition((Clause(question, Operator(operator), value),))


def all_of(*clauses: tuple[Any, ...]) -> Condition:
    return Condition(tuple(Clause(name, Operator(how), *value) for name, how, *value in clauses))


def any_of(*clauses: tuple[Any, ...]) -> Condition:
    return Condition(all_of(*clauses).clauses, needs_all=False)


NAME = Question("name", kinds.LINE, label="Name", limit=50)
IS_EGTC = when("legal", "is", "egtc")
ABOUT = Section(
    "about",
    "About",
    "",
    (
        Question("legal", kinds.CHOICE, label="How you co-operate today", choices=LEGAL),
        Question("since", kinds.MONTH, label="Since when", condition=IS_EGTC),
        Question(
            "reason", kinds.TEXT, label="In which way", limit=40, condition=when("legal", "is", "other")
        ),
        Question(
            "towns",
            KeyedRows(),
            label="Towns",
            columns=(NAME,),
            limit=3,
            min_rows=1,
            row_label="Town",
            add_label="Add a town",
            condition=IS_EGTC,
        ),
        Question("people", kinds.NUMBER, label="People", limit=10**7, is_required=False),
        Question(
            "crowd", kinds.LINE, label="The largest town", limit=50, condition=when("people", "over", 1000)
        ),
        Question("themes", kinds.CHOICES, label="Themes", choices=THEMES, is_required=False),
        Question(
            "lines",
            kinds.LINE,
            label="Which lines",
            limit=50,
            condition=any_of(("themes", "contains", "rail"), ("crowd", "contains", "station")),
        ),
        Question("has_site", kinds.TICK, label="We have a website", is_required=False),
        Question("site", kinds.WEB, label="Its address", limit=100, condition=when("has_site", "filled")),
    ),
)
MONEY = Section(
    "money",
    "Money",
    "",
    (
        Question("budget", kinds.NUMBER, label="Budget", limit=10**9, condition=IS_EGTC),
        Question("payer", kinds.LINE, label="Who pays", limit=50, condition=when("budget", "filled")),
    ),
)
END = Section(
    "end",
    "End",
    "",
    (
        Question("wish", kinds.LINE, label="Your wish", limit=50),
        Question(
            "town_hall",
            kinds.LINE,
            label="Your town hall",
            limit=50,
            condition=all_of(("towns", "over", 1), ("payer", "not_filled")),
        ),
    ),
)
FORM = Questionnaire((ABOUT, MONEY, END))
BLANK: Answers = {
    cell: value
    for question in FORM.questions
    for cell, value in question.kind.cells(question, [] if question.columns else question.kind.blank).items()
}
CLASSES = {section.slug: make_form(section, SectionForm) for section in FORM}
PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}{{ section.title }}{% endblock %}
{% block head %}<script src="{% static 'js/conditions.js' %}" defer></script>
<script src="{% static 'js/autosave.js' %}" defer></script>{% endblock %}
{% block content %}<div class="wrap"><h1>{{ section.title }}</h1>
{% include "components/section_notices.html" %}
{% include "components/autosave_form.html" with key=section.slug %}
</div>{% endblock %}"""

# What is saved, and by whom.
cells: Answers = {}
writers: dict[str, int] = {}


def begin(**answers: Any) -> None:
    """Empty the form, but for some answers."""
    cells.clear()
    cells.update(BLANK | answers)
    writers.clear()


class FormPage(SectionPage, View):
    @property
    def section(self) -> Section:
        section = FORM.section(self.kwargs["slug"])
        if section is None:
            raise Http404
        return section

    @property
    def writers(self) -> Mapping[str, int]:
        return writers

    def form(self, data: Any = None) -> SectionForm:
        return CLASSES[self.section.slug](
            data, read=self.saved, questionnaire=FORM, read_others=lambda: dict(cells)
        )

    def saved(self) -> Answers:
        return {cell: v for cell, v in cells.items() for q in self.section.questions if q.own({cell: v})}

    def save(self, form: SectionFormMixin) -> Saved:
        return save(
            self.saved(),
            self.section,
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
            writers=writers,
            asked=form.asked,
            write=self.write,
        )

    def write(self, values: Answers) -> None:
        cells.update(values)
        writers.update(dict.fromkeys(values, self.request.user.pk))
        for cell in [cell for cell, value in cells.items() if value is None and "." in cell]:
            del cells[cell]

    def redirect_onwards(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        after = FORM.after(self.section, among=as_asked(FORM, cells))
        return redirect(f"/form/{after.slug}/" if after else "/")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        template: Any = engines["django"].from_string(PAGE)
        return self.response_class(self.request, template, context | {"section": self.section})


urlpatterns = [path("form/<slug:slug>/", FormPage.as_view()), *urls.urlpatterns]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500
