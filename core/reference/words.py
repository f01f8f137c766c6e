"""The words of the vocabularies in every language, by code, as every request needs them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import get_language

from core.cache import for_a_minute
from core.reference.models import (
    Challenge,
    Country,
    CountryBorder,
    ExpertiseArea,
    Language,
    OrganisationType,
)
from core.translated.texts import active_language, in_every_language

# Where each vocabulary keeps its words.
FIELDS: dict[Any, str] = {
    Challenge: "label",
    Country: "name_texts",
    ExpertiseArea: "label",
    Language: "name_texts",
    OrganisationType: "label",
}

# By the names that forms use for them.
VOCABULARIES: dict[str, type[Model]] = {
    "challenges": Challenge,
    "countries": Country,
    "expertise_areas": ExpertiseArea,
    "languages": Language,
    "organisation_types": OrganisationType,
}

Choices = list[tuple[str, Any]]
Kept = dict[str, dict[str, dict[str, str]]]


class VocabularyWords:
    """All vocabularies, read once a minute; a code that is newer is found as well."""

    def __init__(self) -> None:
        self._kept: Kept = _read()

    def of(self, vocabulary: type[Model], code: str) -> dict[str, str]:
        """Return the word of a code by language: {"en": …, "fr": …}.

        Args:
            vocabulary: one of `FIELDS`.
            code: of a row, active or not.

        Raises:
            KeyError: there is no such row.
        """
        if code not in self._kept[vocabulary.__name__]:
            _read.forget()
            self._kept = _read()
        return self._kept[vocabulary.__name__][code]

    def here(self, vocabulary: type[Model], code: str) -> str:
        """Return the word of a code in the language of the page, as `of` does."""
        return self.of(vocabulary, code)[active_language()]


@for_a_minute
def border_pairs() -> frozenset[tuple[str, str]]:
    """Return the codes of each two countries with a border, the first in the alphabet first."""
    return frozenset(CountryBorder.objects.values_list("a", "b"))


@for_a_minute
def cross_border_types() -> frozenset[str]:
    """Return the codes of the types of organisation that are cross-border by nature, as an EGTC is."""
    return frozenset(OrganisationType.objects.filter(is_cross_border=True).values_list("pk", flat=True))


@for_a_minute
def _read() -> Kept:
    """Return all vocabularies, one query each."""
    kept = {}
    for vocabulary, field in FIELDS.items():
        rows = vocabulary._default_manager.values_list("pk", field)
        kept[vocabulary.__name__] = {code: in_every_language(text) for code, text in rows}
    return kept


def choices_of(vocabulary: type[Model]) -> Choices:
    """Return codes and words, or groups of them, that may be chosen, in the language of the page.

    A term that staff add or take away is there, or gone, within a minute.
    """
    return [*_choices(vocabulary, get_language())]


@for_a_minute
def _choices(vocabulary: type[Model], language: str | None) -> Choices:
    """Return the same; `language` is that of the page."""
    terms: Any = vocabulary._default_manager
    rows = terms.active()
    choices: Choices = rows.grouped_choices() if hasattr(rows, "grouped_choices") else rows.choices()
    return choices
