"""Inputs drawn by Python say what Django's own templates say, and escape what they escape."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from core.forms.drawing import DRAWN, FormRenderer
from core.forms.fields import MonthInput

EVIL = "<script>alert('1')</script> & \"quoted\""
VALUES = [None, "", "plain", EVIL, mark_safe("<b>ours</b>"), gettext_lazy("Save"), 0, 12345, True, False]
ATTRS: list[dict[str, Any]] = [
    {},
    {"id": "id_one", "class": "wide", "required": True, "disabled": False, "maxlength": 1000},
    {"id": EVIL, "data-words": EVIL, "title": gettext_lazy("Save")},
]
CHOICES: list[Any] = [
    ("", "---------"),
    ("plain", "Plain"),
    (EVIL, EVIL),
    (12345, 5),
    ("Group & one", [("a", mark_safe("<i>a</i>")), ("b", gettext_lazy("Save"))]),
    (gettext_lazy("Continue"), [("c", "C")]),
]
LIKE_DJANGO = [
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.HiddenInput,
    forms.PasswordInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.Textarea,
    forms.CheckboxInput,
    MonthInput,
    lambda: forms.Select(choices=CHOICES),
    lambda: forms.SelectMultiple(choices=CHOICES),
]


def written(html: str) -> str:
    """Return HTML without the white space between its tags."""
    return re.sub(r">\s+<", "><", html).strip()


@pytest.mark.parametrize("made", LIKE_DJANGO)
def test_input_is_that_of_django(made: Any) -> None:
    for value in VALUES:
        for attrs in ATTRS:
            widget = made()
            shown = [value] if isinstance(widget, forms.SelectMultiple) else value
            ours, theirs = (
                widget.render("the name", shown, attrs, renderer=renderer)
                for renderer in (FormRenderer(), DjangoTemplates())
            )
            assert written(ours) == written(theirs)


@pytest.mark.parametrize("made", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_boxes_are_those_of_django_in_our_structure(made: Any) -> None:
    """The same inputs in the same order, each inside its label; the groups are named."""
    for attrs in ATTRS[1:]:
        widget = made(choices=CHOICES)
        ours, theirs = (
            widget.render("the name", ["plain", EVIL, "b"], attrs, renderer=renderer)
            for renderer in (FormRenderer(), DjangoTemplates())
        )
        assert re.findall(r"<input[^>]*>", ours) == re.findall(r"<input[^>]*>", theirs)
        assert len(re.findall(r"<label[^>]*><input[^>]*> ", ours)) == ours.count("<input")
        assert "<script" not in ours
    html = forms.RadioSelect(choices=CHOICES).render("n", "a", {"id": "x"}, renderer=FormRenderer())
    assert 'aria-labelledby="x_group_4"' in html
    assert '<p class="option-group" id="x_group_4">Group &amp; one</p>' in html
    assert "<i>a</i>" in html


def test_every_name_that_is_drawn_is_one_of_django() -> None:
    for name in DRAWN:
        DjangoTemplates().get_template(name)
