"""Keys of sections, questions and options: made once from the English words, and never changed or used again.

Answers are kept under them, so a key that somebody once answered does not come back with another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from django.utils.text import slugify

from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.questionnaires.purposes import purpose_of
from core.translated.texts import ENGLISH, TranslatedText

MAX_LENGTH = 50
# Names of what the page of a section sends besides its answers; tests ask the pages for them.
HIDDEN_FIELDS = frozenset(
    {
        "add_row",
        "again",
        "base",
        "csrfmiddlewaretoken",
        "fill_all",
        "fill_empty",
        "form_version",
        "key",
        "next",
    }
    | {"nonce", "on_page", "opened", "opened_by", "save", "save_exit", "to_files"}
)
# What fields for regions send besides, under the name of their question with such an ending.
OF_REGIONS = ("_choice", "_map", "_search")
# What the page puts before the name of a question where two people wrote different answers.
HIDDEN_PREFIX = "choice-"


def is_taken_by_pages(key: str) -> bool:
    """Whether the page of a section sends something else under this name."""
    return key in HIDDEN_FIELDS or key.startswith(HIDDEN_PREFIX) or key.endswith(OF_REGIONS)


def section_key(version: FormVersion, title: TranslatedText) -> str:
    """Return a key for a new section of a draft."""
    used = {*FormSection.objects.filter(version__form=version.form_id).values_list("key", flat=True)}
    return _made(title, "section", used | purpose_of(version.form.purpose).reserved, mark="-")


def question_key(version: FormVersion, label: TranslatedText) -> str:
    """Return a key for a new question of a draft."""
    rows = FormQuestion.objects.filter(version__form=version.form_id, rows=None)
    purpose = purpose_of(version.form.purpose)
    used = {*rows.values_list("key", flat=True), *purpose.core, *purpose.taken, *HIDDEN_FIELDS}
    return _made(label, "question", used)


def column_key(of: FormQuestion, label: TranslatedText) -> str:
    """Return a key for a new column of a question of rows."""
    rows = FormQuestion.objects.filter(version__form=of.version.form_id, rows__key=of.key)
    return _made(label, "column", {*rows.values_list("key", flat=True), *HIDDEN_FIELDS})


def option_key(used: Iterable[str], label: TranslatedText) -> str:
    """Return a key for a new option.

    Args:
        used: keys of the options that the question has, or had in an earlier version.
    """
    return _made(label, "option", set(used))


def _made(text: TranslatedText, otherwise: str, used: Container[str], *, mark: str = "_") -> str:
    words = re.sub(r"[-_]+", mark, slugify(text.get(ENGLISH))).strip(mark)
    if not words[:1].isalpha():
        # A label of other letters, or one that begins with a number.
        words = mark.join(filter(None, [otherwise, words]))
    key, number = words[:MAX_LENGTH].rstrip(mark), 1
    while key in used or key.endswith(OF_REGIONS):
        number += 1
        end = f"{mark}{number}"
        key = words[: MAX_LENGTH - len(end)].rstrip(mark) + end
    return key
