"""One form for each section of the application, made from `applications.form.sections`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.form import answers
from applications.form.answers import NEEDS, PARTNERS, Answers, Conflict, digests
from applications.form.forms.merging import CHOICE_PREFIX, MergingMixin, choice_field
from applications.form.forms.questions import field_of, plain, terms_of
from applications.form.forms.rows import ROW_SETS
from applications.form.forms.telling import told
from applications.form.sections import SECTIONS, Kind, Question, Section
from applications.models import Application
from core.accounts.models import User
from core.forms.forms import PublicForm, Rows
from core.reference.region_widgets import map_name, search_name
from core.reference.units import units

ASKED_AS_ROWS = frozenset({Kind.ROWS, Kind.FILES})


class SectionForm(MergingMixin, PublicForm):
    """A section as one person sees it.

    `base` says on which saved values it was written, `nonce` which page it is, `opened` when it
    was opened; all three travel with it.
    """

    section: Section
    submit_label = _("Save and continue")

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, load: Callable[[], Application], opened: str = "", **kwargs: Any
    ) -> None:
        # What was sent is judged by itself: the application is loaded only where the form shows or needs it.
        self._load = load
        initial = self._initial(opened) if data is None else {}
        super().__init__(data, initial=initial, is_draft=True, **kwargs)
        for question in self.section.questions:
            self._offer_choices(question)

    def build_helper(self) -> Any:
        helper = super().build_helper()
        helper.layout = Layout(*self._places())
        helper.add_input(Submit("save_exit", _("Save and go to the overview"), css_class="secondary"))
        helper.attrs["data-autosave"] = ""
        return helper

    @property
    def has_inner_buttons(self) -> bool:
        return any(question.kind is Kind.REGIONS for question in self.section.questions)

    @property
    def asks_for_one_region(self) -> bool:
        """Whether its rows name places: the page says once whose names they are, not each row."""
        return any(column.kind is Kind.REGION for q in self.section.questions for column in q.columns)

    @property
    def has_open_search(self) -> bool:
        """Whether a region was typed but none of those found has been chosen."""
        searches = [self.fields[q.name].widget for q in self.section.questions if q.kind is Kind.REGIONS]
        return any(widget.searched for widget in searches)

    def answers(self) -> Answers:
        """Return the cells whose typed value is valid; only after `is_valid()` was asked."""
        cells: Answers = {}
        for question in self.section.questions:
            if question == PARTNERS:
                cells |= self.rows[PARTNERS.name].cells(self._nonce, self.cells)
            elif question == NEEDS:
                cells[NEEDS.name] = self.rows[NEEDS.name].cell()
            elif question.name in self.cleaned_data:
                cells[question.name] = plain(question, self.cleaned_data[question.name])
        return cells

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("support_from"), cleaned.get("support_until")
        if first and last and last < first:
            self.add_error("support_until", _("The last month is before the first."))
            # Neither is saved: one of them alone might not fit what was saved before.
            cleaned.pop("support_from")
        return cleaned

    def ask_about(self, conflicts: list[Conflict], *, by: User) -> None:
        """Put a choice in front of every answer that was changed meanwhile on another page.

        Args:
            conflicts: what was changed.
            by: the reader, who is not named as somebody else.
        """
        others = {conflict.writer for conflict in conflicts if conflict.writer} - {by.pk}
        people = User.objects.in_bulk(others) if others else {}
        for conflict in conflicts:
            name = f"{CHOICE_PREFIX}{conflict.cell}"
            asked = self.section.question(conflict.cell.partition(".")[0])
            question = _which_stays(self._label(conflict, asked), people.get(conflict.writer))
            self.fields[name] = choice_field(conflict, label=question, saved=told(asked, conflict.saved))
            self.required_fields |= {name}
            self.add_error(name, _("Choose which answer stays."))
        self.helper = self.build_helper()

    def conflicts_in_words(self, conflicts: list[Conflict]) -> list[str]:
        """Return which answers were changed meanwhile on another page, for the person who types."""
        words = gettext("%(answer)s: changed meanwhile on another page. Press Save to choose what stays.")
        asked = [(c, self.section.question(c.cell.partition(".")[0])) for c in conflicts]
        return [words % {"answer": self._label(conflict, question)} for conflict, question in asked]

    def _label(self, conflict: Conflict, asked: Question) -> Any:
        row = conflict.mine or conflict.saved
        return row["name"] if asked == PARTNERS and row else asked.label

    @cached_property
    def cells(self) -> Answers:
        """The saved answers, as they were when the form first asked."""
        return answers.read(self._load(), [self.section])

    def _initial(self, opened: str) -> Mapping[str, Any]:
        """Return the cells as fields show them, months as dates, rows as lists; and the hidden fields."""
        initial = {"base": json.dumps(digests(self.cells)), "nonce": uuid4(), "opened": opened}
        for question in self.section.questions:
            if question == PARTNERS:
                initial[PARTNERS.name] = list(self._initial_partners())
            elif question.kind is Kind.MONTH and self.cells[question.name]:
                initial[question.name] = date.fromisoformat(self.cells[question.name])
            else:
                initial[question.name] = self.cells.get(question.name)
        return initial

    def _initial_partners(self) -> Iterator[dict[str, Any]]:
        known = units(partner.unit_id for partner in self._load().partners.all() if partner.unit_id)
        for cell, row in self.cells.items():
            name, _dot, key = cell.partition(".")
            if name == PARTNERS.name:
                yield row | {"key": key, "unit": str(known.get(row["unit"], ""))}

    @cached_property
    def _nonce(self) -> UUID:
        return self.cleaned_data.get("nonce") or uuid4()

    def _offer_choices(self, question: Question) -> None:
        if question.kind is Kind.TERMS:
            self.fields[question.name].choices = terms_of(question)
        elif question.kind is Kind.REGIONS:
            typed = self.data.getlist(question.name) if self.is_bound else self.cells[question.name]
            names = search_name(question.name), map_name(question.name)
            searched, country = (self.data.get(name, "") if self.is_bound else "" for name in names)
            self.fields[question.name].load(typed, searched, country)
        elif question.kind is Kind.ROWS:
            terms = {column.name: terms_of(column) for column in question.columns if column.kind is Kind.TERM}
            self.rows[question.name].use_terms(terms)

    def _places(self) -> list[Any]:
        """The fields in the order of the section; a choice stands before the answer that it is about."""
        choices = [name for name in self.fields if name.startswith(CHOICE_PREFIX)]
        places: list[Any] = ["base", "nonce", "opened"]
        for question in self.section.questions:
            cells = (f"{CHOICE_PREFIX}{question.name}", f"{CHOICE_PREFIX}{question.name}.")
            places += [name for name in choices if name == cells[0] or name.startswith(cells[1])]
            if question.kind is Kind.ROWS:
                heading = format_html('<h2 class="rows-title">{}</h2>', question.label)
                places += [HTML(heading), Rows(question.name)]
            elif question.kind is not Kind.FILES:
                places.append(question.name)
        return places


def _which_stays(answer: str, writer: User | None) -> str:
    if writer is None:
        # The reader's own other page, or somebody whose account is gone.
        words = gettext("%(entry)s: something else was saved meanwhile from another page. Which one stays?")
        return words % {"entry": answer}
    words = gettext("%(answer)s: %(person)s saved something else meanwhile. Which one stays?")
    return words % {"answer": answer, "person": writer.get_short_name()}


def form_for(section: Section) -> type[SectionForm]:
    """Return the form of a section."""
    return _FORMS[section.slug]


def _make(section: Section) -> type[SectionForm]:
    asked = [question for question in section.questions if question.kind not in ASKED_AS_ROWS]
    rows = {name: rows for name, rows in ROW_SETS.items() if any(q.name == name for q in section.questions)}
    parts: dict[str, Any] = {question.name: field_of(question) for question in asked}
    return type(f"{section.slug.title()}Form", (SectionForm,), parts | {"section": section, "row_sets": rows})


_FORMS = {section.slug: _make(section) for section in SECTIONS}
