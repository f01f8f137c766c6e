"""Names of countries as a sentence needs them: with an article, and in French after "de"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from babel.lists import format_list

from core.reference.models import Country
from core.reference.names import fold
from core.translated.texts import active_language

WITH_THE = {"GB", "NL", "VA"}
# In French a country is feminine unless it is among these; before a vowel that makes no difference.
MASCULINE = {"BR", "BY", "DK", "GB", "LI", "LU", "MA", "ME", "PT", "SR", "VA", "XK"}
PLURAL = {"NL"}
WITHOUT_ARTICLE = {"AD", "CY", "GI", "MC", "MT", "SM"}
VOWELS = tuple("aeiou")


def in_sentence(country: Country) -> str:
    """Return "the Netherlands", "les Pays-Bas", "Andorre": the name with the article it has in a sentence."""
    match active_language():
        case "en":
            return f"the {country.name}" if country.pk in WITH_THE else country.name
        case "fr":
            return _french(country)
    return country.name


def after_of(country: Country) -> str:
    """Return what follows "regions": "of the Netherlands", "des Pays-Bas", "d’Andorre"."""
    match active_language():
        case "en":
            return f"of {in_sentence(country)}"
        case "fr":
            return _french_after_de(country)
    return country.name


def listed(countries: Iterable[Country]) -> str:
    """Return "Belgium, France and the Netherlands", by the alphabet of the reader's language."""
    return _joined(countries, in_sentence, "standard")


def listed_to_choose(countries: Iterable[Country]) -> str:
    """Return "Belgium, France or the Netherlands"."""
    return _joined(countries, in_sentence, "or")


def listed_after_of(countries: Iterable[Country]) -> str:
    """Return "of Belgium and the Netherlands", "de Belgique et des Pays-Bas"."""
    if active_language() == "en":
        return f"of {listed(countries)}"
    return _joined(countries, after_of, "standard")


def by_name(countries: Iterable[Country]) -> list[Country]:
    """Return countries by the alphabet of the reader's language, accents ignored."""
    return sorted(countries, key=lambda country: fold(country.name))


def _joined(
    countries: Iterable[Country], word: Callable[[Country], str], style: Literal["standard", "or"]
) -> str:
    names = [word(country) for country in by_name(countries)]
    return format_list(names, style, active_language()) if names else ""


def _begins_with_vowel(country: Country) -> bool:
    return fold(country.name).startswith(VOWELS)


def _french(country: Country) -> str:
    if country.pk in WITHOUT_ARTICLE:
        return country.name
    if country.pk in PLURAL:
        return f"les {country.name}"
    if _begins_with_vowel(country):
        return f"l’{country.name}"
    return f"{'le' if country.pk in MASCULINE else 'la'} {country.name}"


def _french_after_de(country: Country) -> str:
    if country.pk in PLURAL:
        return f"des {country.name}"
    if _begins_with_vowel(country):
        return f"d’{country.name}"
    is_du = country.pk in MASCULINE and country.pk not in WITHOUT_ARTICLE
    return f"{'du' if is_du else 'de'} {country.name}"
