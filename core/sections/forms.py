"""The form of a section, made from its questions; it overwrites nothing unseen.

`base` says on which saved values it was written, `nonce` which page it is; both travel with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject, Submit
from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.forms.forms import PublicForm
from core.phrases import StrOrPromise, labelled, labelled_in_html
from core.reference.region_fields import RegionsField
from core.sections.conditions import given
from core.sections.differences import marked
from core.sections.followed_forms import FollowsConditions
from core.sections.following import FollowedQuestion, Following, Follows, NothingAsked
from core.sections.kinds.base import Labels
from core.sections.kinds.files import FilePages, Files
from core.sections.merging import EditConflict, digest, digests
from core.sections.questions import Answers, Question, Questionnaire, Rule, Section
from core.sections.row_forms import field_of
from core.sections.saving import Saved
from core.templatetags.impact_forms import error_links
from core.text import read_json_object

AnyForm = TypeVar("AnyForm", bound="SectionForm")

CHOICE_PREFIX = "choice-"
CARRIED = ("base", "nonce")
# The name of the button that leads back to the list of sections.
SAVE_AND_LIST = "save_exit"


class SectionFormMixin(FollowsConditions, forms.BaseForm):
    """What the form of a section does, however it is drawn.

    Args:
        read: returns the saved cells of the section; asked only where the form shows or needs them.
    """

    section: Section
    file_pages: FilePages | None = None
    rows: dict[str, Any] = {}
    cleaned_data: dict[str, Any]
    choice_widget: type[forms.Widget] = forms.RadioSelect
    is_adding_row: bool
    has_open_search: bool

    @property
    def all_cells(self) -> Answers:
        """The saved answers of the whole form; asked only where an answer depends on another section."""
        return self.following.everywhere | self.cells

    @property
    def all_given(self) -> Answers:
        """The saved answers of the whole form to what is asked."""
        return given(self.following.questionnaire, self.all_cells)

    @property
    def questions(self) -> Iterable[Question]:
        return self.section.questions

    @property
    def typed_base(self) -> dict[str, Any]:
        """Digests of the saved values that the person has seen; {} if they did not arrive."""
        return read_json_object(self.data.get("base", ""))

    @property
    def typed_choices(self) -> dict[str, str]:
        """The person's decisions of conflicts: cell → choice."""
        return {
            name.removeprefix(CHOICE_PREFIX): value
            for name, value in self.data.items()
            if name.startswith(CHOICE_PREFIX)
        }

    @cached_property
    def page_key(self) -> UUID:
        """A key of this page, the same each time that it is sent."""
        return self.cleaned_data.get("nonce") or uuid4()

    def has_seen(self, cell: str) -> bool:
        """Whether the page was written on the value that is saved now."""
        return bool(self.typed_base.get(cell, digest(None)) == digest(self.cells.get(cell)))

    def next_base(self, cells: Answers) -> str:
        """Return the `base` on which this page goes on after a save.

        Only where the saved value is the one on the page: what somebody else has saved meanwhile
        is not seen here, and must not be overwritten by the next save.
        """
        mine = self.answers()
        # A row that the page removes is seen as gone: put back, it is something new.
        seen = {cell: digest(value) for cell, value in mine.items() if cells.get(cell) == value}
        return json.dumps(self.typed_base | seen)

    def note_saved(self, cells: Answers) -> None:
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["base"] = self.next_base(cells)
        self.data = data

    def ask_about(self, saved: Saved, *, by: User) -> None:
        """Put a choice in front of every answer that was changed meanwhile on another page.

        Args:
            saved: with the conflicts.
            by: the reader, who is not named as somebody else.
        """
        others = {conflict.writer for conflict in saved.conflicts if conflict.writer} - {by.pk}
        people = User.objects.in_bulk(others) if others else {}
        labels = Labels()
        for conflict in saved.conflicts:
            name = f"{CHOICE_PREFIX}{conflict.cell}"
            writer = people.get(conflict.writer) if conflict.writer else None
            self.fields[name] = self.choice_field(conflict, writer, labels)
            self.add_error(name, _("Choose which version to keep."))
        self.say_broken(saved.broken)

    def say_broken(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            if not self.has_error(rule.at):
                self.add_error(rule.at, str(rule.text))

    def choice_field(self, conflict: EditConflict, writer: User | None, labels: Labels) -> forms.Field:
        """Return the question which of two values stays, with the words marked in which they differ."""
        question = self.section.question(conflict.cell)
        mine, saved = (_told(question, value, labels) for value in (conflict.mine, conflict.saved))
        keep: StrOrPromise = _("Keep my version")
        take: StrOrPromise = labelled(_("Use the saved version"), saved)
        if question.kind.is_prose and (shown := marked(mine, saved)) != mine:
            # One element each, as labels set their children side by side.
            keep = labelled_in_html(keep, shown, tag="span")
            take = labelled_in_html(_("Use the saved version"), marked(saved, mine), tag="span")
        choices = [(conflict.keep_mine, keep), (conflict.keep_saved, take)]
        label = _which_stays(self.label_of(conflict), writer)
        return forms.ChoiceField(label=label, choices=choices, widget=self.choice_widget)

    def problems_in_words(self, saved: Saved) -> list[str]:
        """Return which answers are not saved as they stand, and why, for the person who types."""
        words = gettext("%(answer)s: changed on another page. Save to choose which version to keep.")
        return self.errors_in_words() + [
            words % {"answer": self.label_of(conflict)} for conflict in saved.conflicts
        ]

    def errors_in_words(self) -> list[str]:
        return [link.text for link in error_links(self)]

    def label_of(self, conflict: EditConflict) -> str:
        """Return what a conflict is about, as people know it."""
        question = self.section.question(conflict.cell)
        return question.kind.name_of(question, conflict.cell, conflict.mine or conflict.saved, Labels())


class SectionForm(SectionFormMixin, PublicForm):
    """A section on a public page.

    Args:
        questionnaire: all of the form, where conditions and sums look at other sections.
        read_others: returns the saved cells of other sections, of `Following.sources` at least.
        file_pages: where files are handed out and taken; None where nothing can be sent.
    """

    submit_label = _("Save and continue")
    list_label: Any = _("Save and return to overview")
    # Further hidden fields that travel with the page.
    carried: tuple[str, ...] = CARRIED

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        read: Callable[[], Answers],
        is_draft: bool = True,
        hidden: dict[str, Any] | None = None,
        questionnaire: Questionnaire | None = None,
        read_others: Callable[[], Answers] = dict,
        file_pages: FilePages | None = None,
        **kwargs: Any,
    ) -> None:
        whole = questionnaire or Questionnaire((self.section,))
        self.following = Following(self.section, whole, read_others)
        self.file_pages = file_pages
        # What was sent is judged by itself: the answers are read only where the form shows or needs them.
        self._read = read
        initial = self.shown() | (hidden or {}) if data is None else {}
        super().__init__(data, initial=initial, is_draft=is_draft, **kwargs)
        for question in self.questions:
            question.kind.prepare(self, question)

    def shown(self) -> dict[str, Any]:
        """Return what the fields show of the saved cells, and the hidden fields."""
        shown = {question.name: question.kind.shown(question, self.cells) for question in self.questions}
        return {"base": json.dumps(digests(self.cells)), "nonce": uuid4()} | shown

    def build_helper(self) -> FormHelper:
        if not self.asks_anything:
            self.submit_label = _("Continue")
        helper = super().build_helper()
        helper.layout = Layout(*self.places())
        if not self.asks_anything:
            return helper
        helper.add_input(Submit(SAVE_AND_LIST, self.list_label, css_class="secondary"))
        if self.section.saves_itself:
            helper.attrs["data-autosave"] = ""
        return helper

    def places(self) -> list[str | LayoutObject]:
        """The fields in the order of the section; a choice stands before the answer that it is about."""
        choices = [name for name in self.fields if name.startswith(CHOICE_PREFIX)]
        places: list[str | LayoutObject] = [*self.carried]
        if not self.asks_anything:
            return [*places, NothingAsked()]
        for question in self.questions:
            cells = (f"{CHOICE_PREFIX}{question.name}", f"{CHOICE_PREFIX}{question.cell('')}")
            own = [name for name in choices if name == cells[0] or name.startswith(cells[1])]
            own += question.kind.layout(question)
            places += [FollowedQuestion(question, *own)] if self.following.is_followed(question) else own
        return [*places, Follows()] if self.following.has_conditions else places

    def ask_about(self, saved: Saved, *, by: User) -> None:
        super().ask_about(saved, by=by)
        self.required_fields |= {name for name in self.fields if name.startswith(CHOICE_PREFIX)}
        self.helper = self.build_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.leave_out_hidden_errors()
        for rule in self.section_asked.broken_rules(self.typed_cells()):
            self.add_error(rule.at, str(rule.text))
            # None of them is saved: one alone might not fit what was saved before.
            for name in rule.drops or rule.names:
                cleaned.pop(name, None)
        return cleaned

    def typed_cells(self) -> Answers:
        """Return the cells on which rules are judged before they are merged: those of fields."""
        fields = [question for question in self.questions if question.name in self.cleaned_data]
        return {q.name: q.kind.plain(self.cleaned_data[q.name]) for q in fields}

    @property
    def takes_files(self) -> bool:
        """Whether it has buttons that lead to files, which Enter must not press."""
        return any(isinstance(question.kind, Files) for question in self.questions)

    @property
    def asks_for_places(self) -> bool:
        """Whether it names places one by one: the page says once whose names they are."""
        asked = [*self.questions, *(column for question in self.questions for column in question.columns)]
        return any(question.kind.asks_for_places for question in asked)

    @property
    def has_open_search(self) -> bool:  # type: ignore[override]  # a page only reads it
        """Whether a region was typed and none of those found is chosen."""
        return any(field.widget.is_open for field in self.fields.values() if isinstance(field, RegionsField))


def make_form(section: Section, base: type[AnyForm]) -> type[AnyForm]:
    """Return the class of the form of a section.

    Args:
        section: whose questions it asks.
        base: what its page does beyond that.
    """
    parts: dict[str, Any] = {each.name: field for each in section.questions if (field := field_of(each))}
    rows = {question.name: question.kind.rows_class(question) for question in section.questions}
    always = tuple(question.name for question in section.questions if question.is_always_required)
    row_sets = {name: made for name, made in rows.items() if made}
    parts |= {"section": section, "row_sets": row_sets, "always_required": always}
    return type(f"{section.slug.title()}Form", (base,), parts)


def _told(question: Question, value: Any, labels: Labels) -> str:
    if not question.kind.is_answered(question, value):
        return gettext("nothing (removed)")
    return question.kind.line(question, value, labels)


def _which_stays(answer: str, writer: User | None) -> str:
    if writer is None:
        # The reader's own other page, or somebody whose account is gone.
        words = gettext("%(entry)s: changed on another page. Choose which version to keep.")
        return words % {"entry": answer}
    words = gettext("%(answer)s: %(person)s has saved a different answer. Choose which version to keep.")
    return words % {"answer": answer, "person": writer.get_short_name()}
