"""What is chosen from the reference data: terms of a vocabulary, regions; one or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.known_types import known_as
from core.phrases import labelled
from core.reference.region_fields import RegionField, RegionsField, resolve
from core.reference.region_widgets import map_name, search_name
from core.reference.search import Searches
from core.reference.units import units
from core.reference.words import choices_of
from core.sections.kinds import settings
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.kinds.choices import CHOOSE, Several, SeveralField
from core.sections.kinds.plain import words
from core.sections.questions import Compared, OfferedOption, Question
from core.text import one_line

# Unless a question says fewer: as many as a page can show.
MOST_REGIONS = 100

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin


class Vocabulary(Kind):
    """What kinds share whose answers are codes of a vocabulary."""

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        known_as(form.fields[question.name], forms.ChoiceField).choices = self.choices_now(question)

    def choices_now(self, question: Question) -> list[OfferedOption]:
        assert question.vocabulary
        return choices_of(question.vocabulary)

    def offered(self, question: Question) -> list[str]:
        assert question.vocabulary
        found: list[str] = []
        for code, said in choices_of(question.vocabulary):
            found += [said] if isinstance(said, str) else [labelled(code, label) for _code, label in said]
        return found


class Term(Vocabulary):
    """One term of a vocabulary."""

    code = "term"
    compared_as = Compared.OPTION
    title = _("One option from a portal list")
    settings = (settings.VOCABULARY,)

    @property
    def blank(self) -> Any:
        return None

    def field(self, question: Question) -> forms.Field:
        return forms.ChoiceField(**words(question))

    def choices_now(self, question: Question) -> list[OfferedOption]:
        return [CHOOSE, *super().choices_now(question)]

    def plain(self, cleaned: Any) -> Any:
        return cleaned or self.blank

    def snapshot(self, question: Question, value: Any, labels: Labels) -> Any:
        return value and _term(question, value, labels)

    def restored(self, question: Question, value: Any) -> Any:
        return value["code"] if value else self.blank


class Terms(Vocabulary, Several):
    """Several terms of a vocabulary."""

    code = "terms"
    compared_as = Compared.OPTIONS
    title = _("Several options from a portal list")
    settings = (settings.VOCABULARY, *Several.settings)

    def field(self, question: Question) -> forms.Field:
        return SeveralField(limit=question.limit, **words(question))

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, str]]:
        return [_term(question, code, labels) for code in value]

    def restored(self, question: Question, value: Any) -> list[Any]:
        return [term["code"] for term in value or ()]


class Region(Kind):
    """One region, found by the name of a place."""

    code = "region"
    compared_as = Compared.OPTION
    title = _("One region")
    asks_for_places = True
    is_home = False

    @property
    def blank(self) -> Any:
        return None

    def field(self, question: Question) -> forms.Field:
        return RegionField(is_home=self.is_home, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        self.prepare_rows([form], question)

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        # One query for all that carry a code, a search for each other.
        bound = [row for row in rows if row.is_bound]
        searches = Searches()
        fields = [(row, _region_field(row, question)) for row in bound]
        for row, field in fields:
            field.search_if_asked(row.data, row.add_prefix(question.name), searches)
        typed = [one_line(str(row[question.name].data or "")).strip() for row in bound]
        resolved = resolve(typed, searches)
        for _row, field in fields:
            field.resolved = resolved

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[str]:
        known = units(value for value in values if value)
        return [str(known.get(value, "")) for value in values]

    def plain(self, cleaned: Any) -> Any:
        return cleaned or self.blank

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        return [value] if value else []

    def snapshot(self, question: Question, value: Any, labels: Labels) -> Any:
        return value and _region(value, labels)

    def restored(self, question: Question, value: Any) -> Any:
        return value["code"] if value else self.blank


class Regions(Several):
    """Several regions, found by names or on a map."""

    code = "regions"
    compared_as = Compared.OPTIONS
    title = _("Several regions")

    def field(self, question: Question) -> forms.Field:
        return RegionsField(limit=question.limit or MOST_REGIONS, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        self._load(form, question, [] if form.is_bound else form.cells[question.name])

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        for row in rows:
            self._load(row, question, row.initial.get(question.name) or [])

    def _load(self, form: forms.BaseForm, question: Question, saved: Iterable[str]) -> None:
        data: Any = form.data
        field = known_as(form.fields[question.name], RegionsField)
        name = form.add_prefix(question.name)
        typed = data.getlist(name) if form.is_bound else saved
        names = search_name(name), map_name(name)
        searched, country = (data.get(each, "") if form.is_bound else "" for each in names)
        field.load(typed, searched, country)

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        return list(value)

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, str]]:
        return [_region(code, labels) for code in value]

    def restored(self, question: Question, value: Any) -> list[Any]:
        return [region["code"] for region in value or ()]


def _region_field(row: forms.BaseForm, question: Question) -> RegionField:
    return known_as(row.fields[question.name], RegionField)


def _term(question: Question, code: str, labels: Labels) -> dict[str, str]:
    assert question.vocabulary
    try:
        return {"code": code} | labels.words.of(question.vocabulary, code)
    except KeyError:
        # A profile of long ago may hold a code that has gone since.
        return {"code": code} | in_both(code)


def _region(code: str, labels: Labels) -> dict[str, str]:
    unit = labels.region(code)
    if unit is None:
        return {"code": code} | in_both(code)
    return {"code": code, "name": unit.name, "country": unit.country_id}
