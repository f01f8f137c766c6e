"""What is known of a value beyond Django's types is checked when it is said."""

from __future__ import annotations

import pytest
from django import forms

from core.known_types import known_as


def test_value_of_another_kind_than_is_known_is_refused():
    field = forms.IntegerField()

    assert known_as(field, forms.IntegerField) is field
    with pytest.raises(TypeError, match="ChoiceField"):
        known_as(field, forms.ChoiceField)
