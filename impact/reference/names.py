"""Names in the reader's language, and the folded form that searches compare."""

from __future__ import annotations

import re
import unicodedata

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

# Our files carry names in these; Babel has them in all others.
OUR_LANGUAGES = {"en", "fr"}
# Letters that Unicode does not take apart into a base letter and a mark.
_FOLDED = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def active_language() -> str:
    """Return the code of the reader's language, without the country: "fr" for "fr-ca"."""
    return (get_language() or "en").split("-")[0]


def babel_name(kind: str, code: str) -> str | None:
    """Return Babel's name in a language in which our files have none, or None.

    Args:
        kind: "languages" or "territories".
        code: ISO 639 or ISO 3166-1 alpha-2.
    """
    language = active_language()
    if language in OUR_LANGUAGES:
        return None
    try:
        return getattr(Locale(language), kind).get(code)
    except UnknownLocaleError:
        return None


def localised(row: object, field: str) -> str:
    """Return the field in the active language: `<field>_fr` for French, else `<field>_en`."""
    return getattr(row, f"{field}_fr" if active_language() == "fr" else f"{field}_en")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, its words separated by single blanks.

    "Île-de-France" and "ile de france" fold to the same string; Greek and Cyrillic stay
    in their script.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.translate(_FOLDED)).strip()
