"""Names in the reader's language, and the folded form that searches compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from core.translated.texts import active_language

# Letters that Unicode does not take apart into a base letter and a mark, and other forms of ' and -.
_STROKES = str.maketrans(
    dict(zip("łŁđĐøØıðÐħĦŋŧəƏŀ", "lLdDoOidDhHnteEl", strict=True))
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
    | {"’": "'", "ʼ": "'", "‘": "'", "–": "-"}
)
_WORD_ENDS = re.compile(r"[\W_]+")
# Folded Greek and Cyrillic letters in Latin ones: near enough for a name typed in either script.
_ROMANISED = str.maketrans(
    dict(zip("αβγδεζηικλμνξοπρσςτυω", "avgdeziiklmnxoprsstio", strict=True))
    | dict(zip("абвгґдђеєзиіјклмнопрстћуфѕы", "abvggddeeziijklmnoprstcufzy", strict=True))
    | {"θ": "th", "φ": "f", "χ": "ch", "ψ": "ps", "ж": "zh", "љ": "lj", "њ": "nj", "х": "h", "ц": "ts"}
    | {"ч": "ch", "џ": "dz", "ш": "sh", "щ": "sch", "ю": "iu", "я": "ia", "э": "e", "ь": "", "ъ": ""}
)
# "Muenchen" and "Munchen", "Haaparanta" and "Haparanta".
_SECOND_VOWELS = re.compile(r"(?<=[aou])e|(?<=a)a")


def babel_name(kind: str, code: str) -> str | None:
    """Return Babel's name in the reader's language, in which our files have none; None if it has none either.

    Args:
        kind: "languages" or "territories".
        code: ISO 639 or ISO 3166-1 alpha-2.
    """
    try:
        names: Mapping[str, str] = getattr(Locale(active_language()), kind)
        return names.get(code)
    except UnknownLocaleError:
        return None


def territory(code: str) -> str:
    """Return the name of a country that our files need not have, in the reader's language; else its code.

    Args:
        code: ISO 3166-1 alpha-2.
    """
    try:
        return str(Locale(active_language()).territories.get(code, code))
    except UnknownLocaleError:
        return str(Locale("en").territories.get(code, code))


def fold(text: str) -> str:
    """Return the text in lower case, without accents, its words separated by single blanks.

    "Île-de-France" and "ile de france" fold to the same string; Greek and Cyrillic stay
    in their script. Two spellings that the data on places count as one fold to one.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_STROKES))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _WORD_ENDS.sub(" ", text.casefold()).strip()


def romanise(folded: str) -> str:
    """Return a folded text in Latin letters, its umlauts written in one way, to find what is nearly the same.

    The beginning of a text becomes the beginning of what the text becomes.
    """
    return _SECOND_VOWELS.sub("", folded.translate(_ROMANISED))
