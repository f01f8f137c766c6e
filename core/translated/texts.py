"""A text in several languages, as one value: each reader gets their own language, else English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

# The language in which every text that must be there is there.
ENGLISH = "en"
# Without these nothing is published; other languages of the portal may follow.
TO_PUBLISH = ("en", "fr")


def active_language() -> str:
    """Return the code of the reader's language, without the country: "fr" for "fr-ca"."""
    return (get_language() or ENGLISH).split("-")[0]


def language_codes() -> list[str]:
    """Return the languages of the portal, English first."""
    return sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != ENGLISH)


class TranslatedText(Promise):
    """What staff wrote, by language. Drawn late, as texts of gettext are: in the language of that moment.

    Two are equal if they say the same in every language.
    """

    def __init__(self, texts: Mapping[str, str] | TranslatedText | None = None) -> None:
        given = texts.by_language if isinstance(texts, TranslatedText) else texts or {}
        self._texts: dict[str, str] = {
            code: text for code, text in given.items() if text and not text.isspace()
        }

    def __str__(self) -> str:
        wanted = active_language()
        return self._texts.get(wanted) or self.shown_in(wanted)

    def _proxy____cast(self) -> str:
        """By this name Django asks a lazy text for its words."""
        return str(self)

    def __repr__(self) -> str:
        return f"TranslatedText({self._texts!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TranslatedText):
            return self._texts == other._texts
        return self._texts == other if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield language and text, the languages of the portal first and in their order."""
        known = [code for code in language_codes() if code in self._texts]
        further = sorted(self._texts.keys() - set(known))
        return ((code, self._texts[code]) for code in (*known, *further))

    @property
    def language(self) -> str:
        """The language in which the reader gets it."""
        return self.language_for(active_language())

    @property
    def is_foreign(self) -> bool:
        """Whether the reader gets it in another language than theirs, since it is missing in that one."""
        return bool(self) and self.language != active_language()

    @property
    def by_language(self) -> dict[str, str]:
        """A copy of the texts by language, without those that are missing."""
        return dict(self._texts)

    def language_for(self, wanted: str) -> str:
        """Return the language in which a reader of the wanted one gets it: that, English, or any at all."""
        if wanted in self._texts or not self._texts:
            return wanted
        return ENGLISH if ENGLISH in self._texts else next(iter(self))[0]

    def shown_in(self, wanted: str) -> str:
        """Return what a reader of a language gets."""
        return self._texts.get(self.language_for(wanted), "")

    def get(self, code: str) -> str:
        """Return the text in exactly this language; empty if it is missing."""
        return self._texts.get(code, "")

    def missing(self, codes: Iterable[str]) -> list[str]:
        """Return those of the languages in which there is no text."""
        return [code for code in codes if code not in self._texts]

    def updated(self, texts: Mapping[str, str]) -> TranslatedText:
        """Return it with other texts in some languages; an empty one removes the language."""
        return TranslatedText({**self._texts, **texts})


def in_every_language(text: TranslatedText) -> dict[str, str]:
    """Return what readers get in each language of the portal: what is stored with it is never without one."""
    return {code: text.shown_in(code) for code in language_codes()}


def columns_of(text: TranslatedText, prefix: str) -> dict[str, Any]:
    """Return a column for each language of the portal, as files for other programs have them: `title_en`."""
    return {f"{prefix}_{code}": text.get(code) for code in language_codes()}


def column_names(prefix: str) -> list[str]:
    """Return the names of the columns that `columns_of` makes."""
    return [f"{prefix}_{code}" for code in language_codes()]


def from_columns(row: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the texts of a row that has a column for each language, by language."""
    start = f"{prefix}_"
    return {name.removeprefix(start): text for name, text in row.items() if name.startswith(start) and text}
