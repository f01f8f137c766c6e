"""Rows of which the page did not send how many there are: people read a sentence, not Django's own words."""

from __future__ import annotations

import pytest
from django.forms.formsets import BaseFormSet

from applications.reviewing.staff.criteria_forms import ChangeForms
from tests.builders.calls import closed_call
from tests.support import ours

SENTENCE = "Part of the page did not reach us. Send it again."


def test_every_set_of_rows_of_ours_says_a_sentence():
    found = {each for each in ours.classes() if issubclass(each, BaseFormSet)}
    assert len(found) > 3
    for each in found:
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
