"""How the page of a section follows conditions: by a save, and at once where there is JavaScript.

Every question of the section is on its page, hidden while it is not asked: `static/js/conditions.js` shows
it, and what was typed there travels with the form. What is asked is judged by what is typed on the page, so
nobody is held up by an answer that the page does not show. A hidden answer is never emptied; text that a save
finds in one is kept with the draft: it may have been typed a moment before another answer hid it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import LayoutObject
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from core.sections.conditions import (
    Asked,
    before,
    conditions_of,
    has_column_conditions,
    has_conditions,
    holds_in,
    own_column,
    source_of,
    sources,
    walk,
)
from core.sections.questions import (
    Answers,
    Clause,
    Condition,
    Question,
    Questionnaire,
    Section,
    question_name,
    questions_of,
)

if TYPE_CHECKING:
    from core.sections.forms import SectionForm

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
        found = walk(self.questionnaire.questions, self._everything(cells))
        return frozenset(found.questions) & self.here

    def before(self, question: Question, cells: Mapping[str, Any]) -> Asked:
        """Return what is asked before a question of the section, given its own cells."""
        return before(self.questionnaire, question, self._everything(cells))

    def _everything(self, cells: Mapping[str, Any]) -> Answers:
        elsewhere = {cell: v for cell, v in self.others.items() if question_name(cell) not in self.here}
        return elsewhere | dict(cells)

    def is_followed(self, question: Question) -> bool:
        """Whether the page shows or hides a question, or does so with others for its sake."""
        # By name: a draft of a form is read anew each time that it is asked for.
        is_source = any(source.name == question.name for source in self.sources)
        return self.has_conditions and (any(conditions_of(question)) or is_source)

    def leads_on(self, question: Question) -> bool:
        """Whether other questions of the page depend on the answer to this one."""
        asking = (condition for each in self.section.questions for condition in conditions_of(each))
        return any(clause.question == question.name for condition in asking for clause in condition.clauses)

    @property
    def for_browser(self) -> str:
        """The conditions as the script judges them, each clause on another section as it is judged here."""
        told = []
        for question in self.section.questions:
            columns = [self._told(column, question) for column in question.columns if column.condition]
            told.append(self._told(question) | ({"columns": columns} if columns else {}))
        return json.dumps(told)

    def _told(self, asked: Question, rows: Question | None = None) -> dict[str, Any]:
        """Return the condition of a question, or of a column of rows."""
        condition = asked.condition or Condition(())
        clauses = [self._clause(clause, rows) for clause in condition.clauses]
        return {"name": asked.name, "needsAll": condition.needs_all, "clauses": clauses}

    def _clause(self, clause: Clause, rows: Question | None) -> dict[str, Any]:
        column = own_column(rows, clause) if rows else ""
        source = source_of(self.questionnaire, clause.question)
        is_here = bool(column) or clause.question in self.here
        # What is worked out is not typed: the page shows what it is as saved.
        if not is_here or source is None or source.kind.is_computed:
            return {"holds": holds_in(clause, self.elsewhere)}
        compared = {"operator": clause.operator, "value": clause.value, "as": source.kind.compared_as}
        return {"column" if column else "question": column or clause.question} | compared

    @cached_property
    def elsewhere(self) -> Asked:
        """What is asked before the section, and in it, as it is saved."""
        sections = self.questionnaire.sections[: self.questionnaire.number(self.section)]
        return walk(questions_of(sections), self.everywhere)


class FollowedQuestion(LayoutObject):
    """A question that may be hidden, or that decides on others, in the layout of a form."""

    def __init__(self, question: Question, *fields: Any) -> None:
        self.question, self.fields = question, list(fields)

    def render(self, form: SectionForm, context: Any, **kwargs: Any) -> str:
        if has_column_conditions(self.question):
            form.judge_rows(self.question)
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
        told = {ON_PAGE: " ".join(self._shown(form)), "conditions": form.following.for_browser}
        return render_to_string("impact/follows.html", told)

    def _shown(self, form: SectionForm) -> Iterator[str]:
        """Yield the names of the fields that the page shows, as far as conditions decide on them."""
        for question in form.section.questions:
            if question.name in form.asked:
                yield question.name
                rows = form.rows[question.name].forms if has_column_conditions(question) else ()
                yield from (row.add_prefix(name) for row in rows for name in row.followed_columns)


class NothingAsked(LayoutObject):
    """In place of the questions of a section of which none is asked."""

    fields: list[Any] = []

    def render(self, form: SectionForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("impact/nothing_asked.html")
