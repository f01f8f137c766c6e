"""The words that docs/glossary.md replaces stand in no text that people read."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from impact.management.commands.messages import collect

GLOSSARY = (settings.BASE_DIR / "docs" / "glossary.md").read_text("utf-8")
TERMS, REPLACED = GLOSSARY.split("## Words that these replace")
LANGUAGES = ("English", "French", "German", "Spanish", "Italian", "Polish")


def rows(text: str) -> list[list[str]]:
    """Return the cells of each row of a table, without its head."""
    lines = [line.strip("| \n").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def forbidden(language: str) -> re.Pattern[str]:
    words = [re.escape(word) for name, word, _better in rows(REPLACED) if name == language]
    return re.compile(rf"(?<!\w)({'|'.join(words)})(?!\w)", re.IGNORECASE)


def texts(language: str) -> list[str]:
    """Return every text of the portal in a language, in each of its plural forms."""
    if language == "English":
        found = [message.id for message in collect(settings.BASE_DIR) if message.id]
    else:
        with (settings.LOCALE_PATHS[0] / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
            found = [message.string for message in read_po(file, locale="fr") if message.id]
    return [form for text in found for form in ([text] if isinstance(text, str) else text)]


@pytest.mark.parametrize("language", ["English", "French"])
def test_no_text_uses_a_word_that_the_glossary_replaces(language):
    pattern = forbidden(language)
    # Placeholders and addresses are no words.
    plain = [re.sub(r"%\(\w+\)s|\S*[/@]\S*", "", text) for text in texts(language)]

    assert len(plain) > 4000
    assert [text for text in plain if pattern.search(text)] == []


def test_every_term_has_a_word_in_each_language():
    head = next(line for line in TERMS.splitlines() if line.startswith("|"))
    assert tuple(cell.strip() for cell in head.strip("|").split("|")) == LANGUAGES
    terms = rows(TERMS)

    assert len(terms) >= 60
    assert [row[0] for row in terms if len(row) != len(LANGUAGES) or not all(row)] == []
    english = [row[0] for row in terms]
    assert sorted(set(english)) == sorted(english)
