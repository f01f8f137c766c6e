"""Rows of which the page did not send how many there are: people read a sentence, not Django's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms.formsets import BaseFormSet

from applications.reviewing.staff.criteria_forms import ChangeForms
from tests.builders.calls import closed_call

APPS = ("core.", "applications.", "experts.", "matching.", "newsletter.")
SENTENCE = "Part of the page did not arrive. Please send it again."


def below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from below(child)


def test_every_set_of_rows_of_ours_says_a_sentence():
    # Those of administrations are made for each request of the classes that they name.
    ours = [each for each in below(BaseFormSet) if each.__module__.startswith(APPS)]
    assert len(ours) > 3
    for each in ours:
        said = [
            base.default_error_messages for base in each.__mro__ if "default_error_messages" in vars(base)
        ]
        words = next(said_["missing_management_form"] for said_ in said if "missing_management_form" in said_)
        assert words == SENTENCE, each


@pytest.mark.django_db
def test_criteria_that_arrive_in_part_say_so_and_keep_the_reason():
    forms = ChangeForms(closed_call(), {"reason": "Typed"})
    assert not forms.is_valid()
    assert list(forms.criteria.non_form_errors()) == [SENTENCE]
    assert forms.why["reason"].value() == "Typed"
