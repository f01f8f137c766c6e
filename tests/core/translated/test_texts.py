"""A text in several languages: who gets which, and how a page says so."""

from __future__ import annotations

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Template
from django.utils.translation import override

from core.translated.texts import TranslatedText, column_names, columns_of, from_columns, in_every_language

BOTH = TranslatedText({"en": "Health", "fr": "Santé"})
ENGLISH_ONLY = TranslatedText({"en": "Health & care", "fr": " "})


@pytest.mark.parametrize(
    ("text", "language", "shown", "shown_in", "is_foreign"),
    [
        (BOTH, "en", "Health", "en", False),
        (BOTH, "fr", "Santé", "fr", False),
        (BOTH, "fr-ca", "Santé", "fr", False),
        (BOTH, "de", "Health", "en", True),
        (ENGLISH_ONLY, "fr", "Health & care", "en", True),
        (TranslatedText({"fr": "Santé"}), "en", "Santé", "fr", True),
        (TranslatedText(), "fr", "", "fr", False),
    ],
)
def test_reader_gets_their_language_else_english(text, language, shown, shown_in, is_foreign):
    with override(language):
        assert (str(text), text.language, text.is_foreign) == (shown, shown_in, is_foreign)


def test_text_is_drawn_in_the_language_of_the_moment():
    kept = [BOTH]
    with override("fr"):
        assert f"{kept[0]:>6}" == " Santé"
        assert json.dumps(kept, cls=DjangoJSONEncoder) == '["Sant\\u00e9"]'
    assert str(kept[0]) == "Health"


def test_page_marks_a_text_in_another_language():
    page = Template("{% load impact_texts %}<p{{ t|lang_attribute }}>{{ t|with_lang }}</p>")
    drawn = {}
    for language in ("en", "fr"):
        with override(language):
            drawn[language] = page.render(Context({"t": ENGLISH_ONLY}))

    assert drawn["en"] == "<p>Health &amp; care</p>"
    assert drawn["fr"] == '<p lang="en"><span lang="en">Health &amp; care</span></p>'
    assert page.render(Context({"t": "<b>"})) == "<p>&lt;b&gt;</p>"


def test_texts_are_equal_if_they_say_the_same_in_every_language():
    assert TranslatedText({"fr": "Santé", "en": "Health"}) == BOTH == {"en": "Health", "fr": "Santé"}
    assert ENGLISH_ONLY != BOTH != TranslatedText({"en": "Health"})
    assert len({BOTH, TranslatedText(BOTH)}) == 1
    assert not TranslatedText({"en": "\n"})
    assert ENGLISH_ONLY.missing(["en", "fr", "de"]) == ["fr", "de"]


def test_columns_follow_the_languages_of_the_portal(settings):
    settings.LANGUAGES = [("fr", "French"), ("en", "English"), ("pl", "Polish")]

    assert column_names("title") == ["title_en", "title_fr", "title_pl"]
    assert columns_of(BOTH, "title") == {"title_en": "Health", "title_fr": "Santé", "title_pl": ""}
    assert in_every_language(BOTH) == {"en": "Health", "fr": "Santé", "pl": "Health"}
    row = {"code": "x", "title_en": "Health", "title_pl": "Zdrowie", "title_fr": "", "subtitle_en": "no"}
    assert from_columns(row, "title") == {"en": "Health", "pl": "Zdrowie"}
