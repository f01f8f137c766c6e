"""What is chosen from the reference data: terms of a vocabulary, regions; one or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext_lazy

from core.reference.region_fields import RegionField, RegionsField, resolve
from core.reference.region_widgets import map_name, search_name
from core.reference.search import Searches
from core.reference.units import units
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.kinds.plain import CHOOSE, words
from core.sections.questions import Choice, Compared, Question

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin


class SeveralField(forms.MultipleChoiceField):
    """Several of a list, at most `limit`; cleans to their codes in rising order."""

    default_error_messages = {
        "too_many": ngettext_lazy("Choose at most %(most)d.", "Choose at most %(most)d.", "most"),
    }

    def __init__(self, *, limit: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, value: Any) -> list[str]:
        codes = sorted(super().clean(value))
        if self.limit and len(codes) > self.limit:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.limit}
            )
        return codes


class Choices(Kind):
    """Several of a closed list."""

    code = "choices"
    compared_as = Compared.OPTIONS

    @property
    def blank(self) -> list[str]:
        return []

    def field(self, question: Question) -> forms.Field:
        choices = question.asked_choices or question.choices
        return SeveralField(limit=question.limit, choices=choices, **words(question))

    def anchor(self, question: Question) -> str:
        return f"id_{question.name}_0"

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in question.choices]

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, Any]]:
        named = dict(question.choices)
        return [{"code": code} | in_both(named.get(code, code)) for code in value]


class Vocabulary(Kind):
    """What kinds share whose answers are codes of a vocabulary."""

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        field: Any = form.fields[question.name]
        field.choices = self.choices_now(question)

    def choices_now(self, question: Question) -> list[Choice]:
        rows: Any = _active(question)
        grouped = hasattr(rows, "grouped_choices")
        choices: list[Choice] = rows.grouped_choices() if grouped else rows.choices()
        return choices

    def offered(self, question: Question) -> list[str]:
        rows: Any = _active(question)
        if hasattr(rows, "grouped_choices"):
            groups = rows.grouped_choices()
            return [f"{group}: {label}" for group, terms in groups for _code, label in terms]
        return [label for _code, label in rows.choices()]


class Term(Vocabulary):
    """One term of a vocabulary."""

    code = "term"
    compared_as = Compared.OPTION

    @property
    def blank(self) -> Any:
        return None

    def field(self, question: Question) -> forms.Field:
        return forms.ChoiceField(**words(question))

    def choices_now(self, question: Question) -> list[Choice]:
        return [CHOOSE, *super().choices_now(question)]

    def plain(self, cleaned: Any) -> Any:
        return cleaned or self.blank

    def snapshot(self, question: Question, value: Any, labels: Labels) -> Any:
        return value and _term(question, value, labels)


class Terms(Vocabulary):
    """Several terms of a vocabulary."""

    code = "terms"
    compared_as = Compared.OPTIONS

    @property
    def blank(self) -> list[str]:
        return []

    def field(self, question: Question) -> forms.Field:
        return SeveralField(limit=question.limit, **words(question))

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, str]]:
        return [_term(question, code, labels) for code in value]


class Region(Kind):
    """One region, found by the name of a place."""

    code = "region"
    compared_as = Compared.OPTION
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
        typed = [str(row[question.name].data or "").strip() for row in bound]
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


class Regions(Kind):
    """Several regions, found by names or on a map."""

    code = "regions"
    compared_as = Compared.OPTIONS

    @property
    def blank(self) -> list[str]:
        return []

    def field(self, question: Question) -> forms.Field:
        assert question.limit
        return RegionsField(limit=question.limit, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        field: Any = form.fields[question.name]
        data: Any = form.data
        assert isinstance(field, RegionsField)
        typed = data.getlist(question.name) if form.is_bound else form.cells[question.name]
        names = search_name(question.name), map_name(question.name)
        searched, country = (data.get(name, "") if form.is_bound else "" for name in names)
        field.load(typed, searched, country)

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        return list(value)

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, str]]:
        return [_region(code, labels) for code in value]


def _active(question: Question) -> Any:
    assert question.vocabulary
    vocabulary: Any = question.vocabulary
    return vocabulary.objects.active()


def _region_field(row: Any, question: Question) -> RegionField:
    field = row.fields[question.name]
    assert isinstance(field, RegionField)
    return field


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
