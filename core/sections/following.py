"""How the page of a section follows conditions: by a save, and at once where there is JavaScript.

Every question of the section is on its page, hidden while it is not asked: `static/js/conditions.js` shows
it, and what was typed there travels with the form. What is asked is judged by what is typed on the page, so
nobody is held up by an answer that the page does not show. A hidden answer is never emptied; text that a save
finds in one is kept with the draft: it may have been typed a moment before another answer hid it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.layout import LayoutObject
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from core.bases import FormBase
from core.sections.conditions import (
    asked,
    asked_before,
    asks_anything,
    has_conditions,
    holds_in,
    narrow,
    sources,
)
from core.sections.questions import Answers, Clause, Question, Questionnaire, Section, question_name

if TYPE_CHECKING:
    from core.forms.forms import PublicFormSet
    from core.sections.forms import SectionForm, SectionFormMixin

# The hidden field in which a page says which questions it shows.
ON_PAGE = "on_page"


class Following:
    """What a section asks, as its answers change.

    Args:
        section: on the page.
        questionnaire: all of the form.
        read_others: returns the saved cells of other sections; called only where this one depends on them.
    """

    def __init__(
        self, section: Section, questionnaire: Questionnaire, read_others: Callable[[], Answers]
    ) -> None:
        self.section, self.questionnaire, self._read_others = section, questionnaire, read_others

    @cached_property
    def has_conditions(self) -> bool:
        return has_conditions(self.section)

    @cached_property
    def here(self) -> frozenset[str]:
        return frozenset(question.name for question in self.section.questions)

    @cached_property
    def sources(self) -> tuple[Question, ...]:
        """The questions on which the section depends, of other sections too."""
        return sources(self.questionnaire, [self.section])

    @property
    def sources_here(self) -> list[Question]:
        return [question for question in self.sources if question.name in self.here]

    @cached_property
    def everywhere(self) -> Answers:
        """The saved cells of all sections."""
        return self._read_others()

    @property
    def others(self) -> Answers:
        is_alone = len(self.sources_here) == len(self.sources)
        return {} if is_alone else self.everywhere

    def asked(self, cells: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of the questions that the section asks, given its own cells."""
        if not self.has_conditions:
            return self.here
        elsewhere = {cell: v for cell, v in self.others.items() if question_name(cell) not in self.here}
        return asked(self.questionnaire, elsewhere | dict(cells)) & self.here

    def is_followed(self, question: Question) -> bool:
        """Whether the page shows or hides a question, or does so with others for its sake."""
        return self.has_conditions and (question.condition is not None or question in self.sources)

    def leads_on(self, question: Question) -> bool:
        """Whether other questions of the page depend on the answer to this one."""
        asking = (each.condition for each in self.section.questions if each.condition)
        return any(clause.question == question.name for condition in asking for clause in condition.clauses)

    @property
    def for_browser(self) -> str:
        """The conditions as the script judges them, each clause on another section as it is judged here."""
        elsewhere = asked_before(self.questionnaire, self.section, self.others)
        told = [
            {
                "name": question.name,
                "needsAll": question.condition is None or question.condition.needs_all,
                "clauses": [
                    self._clause(clause, elsewhere)
                    for clause in (question.condition.clauses if question.condition else ())
                ],
            }
            for question in self.section.questions
        ]
        return json.dumps(told)

    def _clause(self, clause: Clause, elsewhere: Mapping[str, Question]) -> dict[str, Any]:
        if clause.question not in self.here:
            return {"holds": holds_in(clause, elsewhere, self.others)}
        compared_as = self.section.question(clause.question).kind.compared_as
        return {
            "question": clause.question,
            "operator": clause.operator,
            "value": clause.value,
            "as": compared_as,
        }


class FollowedQuestion(LayoutObject):
    """A question that may be hidden, or that decides on others, in the layout of a form."""

    def __init__(self, question: Question, *fields: Any) -> None:
        self.question, self.fields = question, list(fields)

    def render(self, form: SectionForm, context: Any, **kwargs: Any) -> str:
        shown = {
            "question": self.question,
            "parts": self.get_rendered_fields(form, context, **kwargs),
            "is_hidden": self.question.name not in form.asked,
            "leads_on": form.following.leads_on(self.question),
        }
        return render_to_string("impact/followed_question.html", shown)


class Follows(LayoutObject):
    """What the page and its script have to know of conditions."""

    fields: list[Any] = []

    def render(self, form: SectionForm, context: Any, **kwargs: Any) -> str:
        shown = [question.name for question in form.section.questions if question.name in form.asked]
        told = {ON_PAGE: " ".join(shown), "conditions": form.following.for_browser}
        return render_to_string("impact/follows.html", told)


class NothingAsked(LayoutObject):
    """In place of the questions of a section of which none is asked."""

    fields: list[Any] = []

    def render(self, form: SectionForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("impact/nothing_asked.html")


class FollowsConditions(FormBase):
    """The part of a section's form that knows which of its questions are asked."""

    section: Section
    rows: dict[str, Any]
    is_adding_row: bool

    _read: Callable[[], Answers]

    @cached_property
    def cells(self) -> Answers:
        """The saved answers, as they were when the form first asked."""
        return self._read()

    @cached_property
    def following(self) -> Following:
        """The conditions; of a form that nobody has told of others, those within the section."""
        return Following(self.section, Questionnaire((self.section,)), dict)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of the questions that are asked on the page.

        What is typed decides, and what is saved where that is not valid; only after `is_valid()` was asked.
        """
        if not self.following.has_conditions:
            return self.following.here
        cells = dict(self.cells)
        if self.is_bound and not self.is_adding_row:
            for question in self.following.sources_here:
                cells |= self._taken(question)
        return self.following.asked(cells)

    @property
    def section_asked(self) -> Section:
        """The section with what it asks, and the rules on that."""
        return narrow(self.section, self.asked)

    @property
    def asks_anything(self) -> bool:
        return asks_anything(self.section, self.asked)

    @property
    def judged_rows(self) -> list[PublicFormSet]:
        return [rows for name, rows in self.rows.items() if name in self.asked]

    def answers(self) -> Answers:
        """Return the cells whose typed value is valid; only after `is_valid()` was asked.

        Of a question that is not asked only what is an answer: nothing that is kept is emptied.
        """
        cells: Answers = {}
        for question in self.section.questions:
            taken = self._taken(question)
            cells |= taken if question.name in self.asked else _answered(question, taken, self.cells)
        return cells

    def leave_out_hidden_errors(self) -> None:
        """Nobody can correct what the page does not show."""
        for name in self.following.here - self.asked:
            self.errors.pop(name, None)

    def newly_asked(self, cells: Answers) -> list[Question]:
        """Return what is asked after a save although the page did not show it.

        Args:
            cells: of the section, as they are saved now.
        """
        if not self.following.has_conditions or ON_PAGE not in self.data:
            return []
        new = self.following.asked(cells) - set(self.data[ON_PAGE].split())
        return [question for question in self.section.questions if question.name in new]

    def no_longer_asked(self, cells: Answers) -> list[Question]:
        """Return what is answered on the page and not asked any more, as somebody changed another answer.

        Args:
            cells: of the section, as they are saved now.
        """
        if not self.following.has_conditions:
            return []
        gone = self.asked - self.following.asked(cells)
        return [q for q in self.section.questions if q.name in gone and q.kind.is_begun(q, cells)]

    def _taken(self, question: Question) -> Answers:
        if question.name in self.rows:
            # Rows give only what they have judged, and nobody else asks hidden ones to.
            self.rows[question.name].is_valid()
        return question.kind.take(cast("SectionFormMixin", self), question)


def _answered(question: Question, taken: Answers, saved: Answers) -> Answers:
    """Return what was typed of a question before it was hidden; what is empty there says nothing."""
    given = {cell: _filled(question, value, saved.get(cell)) for cell, value in taken.items()}
    given = {cell: value for cell, value in given.items() if value != question.initial}
    return {cell: value for cell, value in given.items() if question.kind.is_answered(question, value)}


def _filled(question: Question, value: Any, saved: Any) -> Any:
    """Return a value; of a row that is a cell of its own, what is filled in over what is saved."""
    if not question.columns or not isinstance(value, dict):
        return value
    named = {column.name: column for column in question.columns}
    typed = {n: v for n, v in value.items() if n not in named or named[n].kind.is_answered(named[n], v)}
    return value | (saved or {}) | typed if typed else None
