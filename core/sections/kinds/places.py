"""One town or village of the gazetteer; kept with its name, as a new load of places may lack it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.reference.models import Place as PlaceRow
from core.reference.place_fields import PlaceField, place_label, resolve_places
from core.reference.search import Searches
from core.reference.units import units
from core.sections.kinds.base import Kind, Labels
from core.sections.kinds.plain import words
from core.sections.questions import Question
from core.text import one_line
from core.translated.texts import language_codes

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

# What a cell keeps of a place.
KEPT = ("id", "name", "unit", "country")


class Place(Kind):
    """One town or village, found by its name: its number at GeoNames, name, region and country."""

    code = "place"
    title = _("Town or village")
    asks_for_places = True

    @property
    def blank(self) -> None:
        return None

    def field(self, question: Question) -> forms.Field:
        return PlaceField(**words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        self.prepare_rows([form], question)

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        bound: list[Any] = [row for row in rows if row.is_bound]
        searches = Searches()
        for row in bound:
            row.fields[question.name].search_if_asked(row.data, row.add_prefix(question.name), searches)
        typed = [one_line(str(row[question.name].data or "")).strip() for row in bound]
        resolved = resolve_places(typed, searches)
        for row in bound:
            row.fields[question.name].resolved = resolved

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[str]:
        units(value["unit"] for value in values if value and value["unit"])
        return [_label(value) if value else "" for value in values]

    def plain(self, cleaned: PlaceRow | None) -> dict[str, Any] | None:
        if cleaned is None:
            return None
        return {
            "id": cleaned.pk,
            "name": cleaned.name,
            "unit": cleaned.unit_id,
            "country": cleaned.country_code,
        }

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        return [value["unit"]] if value and value["unit"] else []

    def snapshot(self, question: Question, value: Any, labels: Labels) -> dict[str, Any] | None:
        return value | _in_every_language(value) if value else None

    def restored(self, question: Question, value: Any) -> dict[str, Any] | None:
        return {name: value[name] for name in KEPT} if value else None

    def text(self, value: Any, language: str) -> str:
        return value[language] if value else ""


def _label(value: dict[str, Any]) -> str:
    return place_label(value["name"], value["unit"], value["country"])


def _in_every_language(value: dict[str, Any]) -> dict[str, str]:
    said = {}
    for language in language_codes():
        with override(language):
            said[language] = _label(value)
    return said
