"""Whatever people type can be printed, in every kind of PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from applications.applying import pdf as pdfs
from core.typesetting import SUBSTITUTE, compiled, printable
from tests.support import pdf

# As they came in: pasted, typed on a phone, or by somebody who tried what happens.
MUST_PRINT = [
    "A green border 🌱",
    "Flag 🇫🇷 and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "1️⃣ first, 👩‍👩‍👧 family, ☑ ✔ ➢ → ∑ ½ ① ₴",
    "\uf0b7 a bullet pasted from a word processor",
    "中文 日本語 한국어",
    "ქართული Հայերեն עברית العربية Ελληνικά Українська ไทย",
    "control \x0b character",
    "\ufeffbegins with a mark",
    "zero\u200bwidth",
    "vowels of another script: 龏\u064b x\u0941 \u064b\u0301 中\u0e34 🌱\u0301 \u200d\u064b",
    "z̷̢a̶l̵g̴o̸ \u0301\u0301 a\u0301\u0301\u0301",
    "ᚠ 𐤀 no font has these \U0001fae8 \U0002ffff",
]
MARKS_ON_ANYTHING = st.text("aя中ب한क🌱\u0301\u064b\u0941\u0e34\u302a\u200d \n", max_size=12)
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


def letter(text: str) -> bytes:
    contents = {"language": "en", "title": "A letter", "subtitle": text, "footer": text, "paragraphs": [text]}
    return compiled(pdfs.TEMPLATES / "letter.typ", contents, timezone.now())


@pytest.mark.parametrize("text", MUST_PRINT)
def test_text_that_people_type_is_printed_accessibly(text):
    reader = pdf.read(letter(text))

    pdf.assert_accessible(reader, language="en", title="A letter")


@given(ANY_TEXT | MARKS_ON_ANYTHING)
def test_any_text_can_be_printed(text):
    assert pdf.read(letter(text)).pages


def test_character_that_no_font_has_gets_a_visible_substitute():
    assert printable("ᚠ rune") == f"{SUBSTITUTE} rune"
    assert SUBSTITUTE in pdf.words_of(pdf.read(letter("ᚠ rune")))


@pytest.mark.parametrize("word", ["W" * 300, "https://example.org/" + "a" * 300, "中" * 300])
def test_long_word_stays_on_the_page_and_can_be_copied(word):
    page = pdf.read(letter(word)).pages[0]
    places: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *font: places.append(tm[4]) if text.strip() else None)

    assert word in "".join(page.extract_text().split())
    assert len(page.extract_text().splitlines()) > 5


def test_templates_use_the_fonts_of_the_packages():
    text = (Path(pdfs.TEMPLATES) / "design.typ").read_text()

    assert '"Noto Sans", "Noto Sans Symbols", "Noto Sans CJK SC", "Noto Emoji"' in text
