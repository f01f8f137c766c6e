"""The words of the vocabularies: both languages, one read for many, new codes at once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from core.reference.models import Challenge, Language
from core.reference.words import FIELDS, Words

pytestmark = pytest.mark.django_db


def test_words_are_in_both_languages():
    assert Words().of(Language, "de") == {"en": "German", "fr": "allemand"}


def test_words_are_read_once_for_many_requests(django_assert_num_queries: DjangoAssertNumQueries):
    Words()
    with django_assert_num_queries(0):
        Words().of(Language, "de")
        Words().of(Challenge, "health")


def test_word_that_staff_have_just_added_is_found(django_assert_num_queries: DjangoAssertNumQueries):
    words = Words()
    Challenge.objects.create(code="tides", label={"en": "Tides", "fr": "Marées"})
    assert words.of(Challenge, "tides") == {"en": "Tides", "fr": "Marées"}
    with django_assert_num_queries(0):
        assert Words().of(Challenge, "tides")["en"] == "Tides"


def test_code_that_is_nowhere_is_an_error(django_assert_num_queries: DjangoAssertNumQueries):
    with pytest.raises(KeyError), django_assert_num_queries(len(FIELDS)):
        Words().of(Challenge, "nowhere")
