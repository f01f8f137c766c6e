"""The words of the vocabularies: both languages, one read for many, new codes at once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from core.reference.models import Challenge, Language
from core.reference.words import FIELDS, VocabularyWords

pytestmark = pytest.mark.django_db


def test_words_are_in_both_languages():
    assert VocabularyWords().of(Language, "de") == {"en": "German", "fr": "allemand"}


def test_words_are_read_once_for_many_requests(django_assert_num_queries: DjangoAssertNumQueries):
    VocabularyWords()
    with django_assert_num_queries(0):
        VocabularyWords().of(Language, "de")
        VocabularyWords().of(Challenge, "health")


def test_word_that_staff_have_just_added_is_found(django_assert_num_queries: DjangoAssertNumQueries):
    words = VocabularyWords()
    Challenge.objects.create(code="tides", label={"en": "Tides", "fr": "Marées"})
    assert words.of(Challenge, "tides") == {"en": "Tides", "fr": "Marées"}
    with django_assert_num_queries(0):
        assert VocabularyWords().of(Challenge, "tides")["en"] == "Tides"


def test_code_that_is_nowhere_is_an_error(django_assert_num_queries: DjangoAssertNumQueries):
    with pytest.raises(KeyError), django_assert_num_queries(len(FIELDS)):
        VocabularyWords().of(Challenge, "nowhere")
