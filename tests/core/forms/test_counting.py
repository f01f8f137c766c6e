"""Characters and words: counted in one way on the server; tests/journeys/test_typing.py compares the page."""

from __future__ import annotations

import json

import pytest
from django.utils.translation import override

from core.forms.counting import Counted, Limits, count_words
from tests.support.counted import WORDS


@pytest.mark.parametrize("text", WORDS)
def test_words_are_counted_as_people_count_them(text):
    assert count_words(text) == WORDS[text]


def test_counting_a_long_text_takes_time_in_proportion_to_it():
    assert count_words("-" * 200_000 + " a" * 200_000) == 200_000


def test_limits_are_said_in_both_languages():
    words, characters = Limits(10, 200, Counted.WORDS), Limits(None, 300)
    said = [words.hint, characters.hint, words.too_long("a " * 201), words.too_short("one two")]
    assert said == [
        "From 10 to 200 words.",
        "Up to 300 characters.",
        "Shorten this to 200 words: it is 1 over the limit.",
        "Write at least 10 words: 8 more needed.",
    ]
    with override("fr"):
        french = [words.hint, characters.hint, words.too_long("a " * 201), words.too_short("one two")]
    assert not set(said) & set(french)


def test_counter_says_one_and_several_in_both_languages():
    for counts in Counted:
        english = json.loads(Limits(10, 200, counts).for_script)
        assert english["over"][1] == f"# {counts} over the limit"
        with override("fr"):
            french = json.loads(Limits(10, 200, counts).for_script)
        for what, (one, several) in french.items():
            assert one != several, what
            assert "#" in one, what
            assert "#" in several, what
            assert not {one, several} & {*english[what]}, what


def test_without_limits_nothing_is_said_and_everything_fits():
    free = Limits(None, None, Counted.WORDS)

    assert (free.hint, free.too_long("a " * 10_000), free.too_short("")) == ("", "", "")
