"""What is still to be translated: of a row, which of its texts are missing in which languages."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from core.translated.fields import TranslatedField
from core.translated.forms import language_name
from core.translated.texts import TO_PUBLISH


def translated_fields(model: type[models.Model] | models.Model) -> list[TranslatedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, TranslatedField)]


def gaps(rows: Iterable[models.Model], codes: Iterable[str]) -> list[str]:
    """Return a line for each language in which texts of the rows are missing: "French: subject, text".

    Args:
        rows: what has no text in any language, and may be empty, is missing in none.
        codes: of the languages to look at.
    """
    rows = list(rows)
    found = {code: _missing(rows, code) for code in codes}
    return [
        _("%(language)s: %(texts)s") % {"language": language_name(code), "texts": ", ".join(names)}
        for code, names in found.items()
        if names
    ]


def further_languages() -> list[str]:
    """Return the languages of the portal in which a text may be missing when it is published."""
    return [code for code, _name in settings.LANGUAGES if code not in TO_PUBLISH]


def _missing(rows: Iterable[models.Model], code: str) -> list[str]:
    """Return the names of the texts, each once."""
    names: dict[str, None] = {}
    for row in rows:
        for field in translated_fields(row):
            text = getattr(row, field.attname)
            if (text or not field.blank) and text.missing([code]):
                names[str(field.verbose_name)] = None
    return list(names)
