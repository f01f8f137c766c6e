"""What people type into number, date and one-line boxes, through every form that has some."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from applications.reviewing.criteria import CriterionForm
from applications.reviewing.staff.score_sheet import ScoreSheet
from applications.selecting.actions import selecting
from applications.selecting.staff.board_form import BoardForm
from applications.selecting.staff.limits import LimitsForm
from core.accounts.editable import ADDED, CHANGED
from core.accounts.forms import CodeField
from core.decisions import DecisionForm, use_theme_widget
from core.forms.fields import AddressField
from core.forms.forms import PublicForm
from core.sections import kinds
from core.staff.inputs import BrusselsTimeField
from core.translated.forms import TranslatedFormField
from core.typed import decimal_number, read_as_typed, whole_number
from experts.kinds import DaysField
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person_with_every_role
from tests.builders.reviews import scoring
from tests.support.default_form import default_form

pytestmark = pytest.mark.django_db
NUMBERS = ["180 000", "180\u202f000", "180\u00a0000", "180.000", "180,000", "180'000", "180’000", " 180000 "]
DAYS = ["01/02/2027", "1/2/2027", "01.02.2027", "2027-02-01"]


def all_forms(form: type[Any]) -> Iterator[type[Any]]:
    yield form
    for below in form.__subclasses__():
        yield from all_forms(below)


def fields_of_pages() -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of every editable page of the administration, and of the rows in it."""
    request = RequestFactory().get("/")
    request.user = person_with_every_role()
    for model, page in admin.site._registry.items():
        makers = [page, *page.get_inline_instances(request)]
        for maker in makers:
            label = maker.opts.label_lower
            names = {*CHANGED.get(label, {}).values(), *ADDED.get(label, {}).values()}
            for db_field in maker.opts.fields:
                if any(db_field.name in opened for opened in names):
                    found = maker.formfield_for_dbfield(db_field, request)
                    yield f"{model._meta.label}: {db_field.name}", found


def fields_of_forms() -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields with which every form of ours is made."""
    for form in all_forms(DecisionForm):
        probe = type("Probe", (DecisionForm,), deepcopy(form.base_fields))(targets=[], by=None)
        yield from ((f"{form.__name__}: {name}", field) for name, field in probe.fields.items())
    for form in all_forms(PublicForm):
        probe = type("Probe", (PublicForm,), deepcopy(form.base_fields))()
        yield from ((f"{form.__name__}: {name}", field) for name, field in probe.fields.items())
    questions = [question for section in default_form() for question in section.questions]
    columns = [column for question in questions for column in question.columns]
    for question in [*questions, *columns]:
        if question.kind in (kinds.LINE, kinds.MAIL, kinds.WEB, kinds.NUMBER, kinds.MONTH, kinds.TEXT):
            probe = type("Probe", (PublicForm,), {"box": question.kind.field(question)})()
            yield question.name, probe.fields["box"]


def fields_made_later() -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields that a form adds for each row of what it is about."""
    call = closed_call()
    application, by = eligible(call), person_with_every_role()
    selection = selecting.start(call_id=call.pk, by=by, title="First")
    every = [ScoreSheet(scoring(application)), BoardForm(selection, [application]), CriterionForm()]
    for form in every:
        yield from ((f"{type(form).__name__}: {name}", field) for name, field in form.fields.items())


def every_field() -> list[tuple[str, forms.Field]]:
    return [box for name, field in _whole_fields() for box in boxes_of(name, field)]


def _whole_fields() -> list[tuple[str, forms.Field]]:
    return [*fields_of_pages(), *fields_of_forms(), *fields_made_later()]


def boxes_of(name: str, field: forms.Field) -> list[tuple[str, forms.Field]]:
    """Return the field, or of a text in several languages the box for each."""
    if not isinstance(field, TranslatedFormField):
        return [(name, field)]
    return [(f"{name}_{code}", part) for code, part in zip(field.codes, field.fields, strict=True)]


def typed_into(field: forms.Field, typed: str) -> Any:
    """Return what a box makes of a text, before its limits are asked."""
    return field.to_python(typed)


def test_every_box_for_a_number_takes_numbers_as_people_write_them():
    boxes = {
        name: field
        for name, field in every_field()
        if isinstance(field, forms.IntegerField) and not field.widget.is_hidden
    }

    wrong = [
        (name, typed)
        for name, field in boxes.items()
        if not isinstance(field, DaysField)
        for typed in NUMBERS
        if typed_into(field, typed) != 180_000
    ]
    browser_boxes = [name for name, field in boxes.items() if field.widget.input_type == "number"]

    assert len(boxes) > 20
    assert wrong == []
    # A browser's box for numbers drops what does not fit into it, and the page says "Enter a number".
    assert browser_boxes == []


def test_every_box_of_one_line_keeps_to_one_line():
    boxes = [
        (name, field)
        for name, field in every_field()
        if isinstance(field, forms.CharField)
        # These read an address or a code out of whatever was pasted.
        and not isinstance(field, AddressField | CodeField)
        and isinstance(field.widget, forms.widgets.Input)
        and not field.widget.is_hidden
    ]

    assert len(boxes) > 40
    assert "newsletter.Bulletin: subject_en" in dict(boxes)
    assert [name for name, field in boxes if not keeps_to_one_line(field)] == []


def keeps_to_one_line(field: forms.CharField) -> bool:
    try:
        read = field.to_python("a\r\nb\nc\x85d")
    except ValidationError as refusal:
        # Neither an address nor a code, wherever its lines end.
        return isinstance(field, AddressField | CodeField) and refusal.code in ("invalid", "no_code")
    return "a b c d" in read


def test_every_box_for_a_date_reads_the_day_first():
    boxes = [(name, f) for name, f in every_field() if isinstance(f, forms.DateField | forms.DateTimeField)]
    boxes = [(name, field) for name, field in boxes if getattr(field.widget, "input_type", "") != "month"]

    wrong = [(name, typed, read_day(f, typed)) for name, f in boxes for typed in DAYS]

    assert len(boxes) >= 3
    assert [row for row in wrong if row[2] != date(2027, 2, 1)] == []


def test_every_box_for_a_date_is_the_browsers_own_with_the_date_in_words():
    kinds_of_field = forms.DateField | forms.DateTimeField | forms.SplitDateTimeField | forms.TimeField
    boxes = [(name, field) for name, field in every_field() if isinstance(field, kinds_of_field)]
    asked = {name: getattr(field.widget, "input_type", "") for name, field in boxes}
    shown = {
        name: field.widget.render(name, datetime(2027, 2, 1, 16, tzinfo=UTC))
        for name, field in boxes
        if asked[name] in ("date", "datetime-local")
    }

    assert {name for name, kind in asked.items() if kind not in ("date", "datetime-local", "month")} == set()
    assert len(shown) > 8
    assert [name for name, html in shown.items() if "Monday 1 February 2027" not in html] == []
    assert [name for name, html in shown.items() if 'value="2027-02-01' not in html] == []


def test_box_for_a_time_keeps_its_own_help_beside_the_zone():
    field = BrusselsTimeField(label="When", help_text=gettext_lazy("Reason"))

    assert str(field.help_text) == "Reason Brussels time."
    assert str(BrusselsTimeField(label="When").help_text) == "Brussels time."


def read_day(field: forms.Field, typed: str) -> Any:
    if isinstance(field, BrusselsTimeField | forms.DateTimeField):
        return field.to_python(f"{typed} 17:00").date()
    return field.to_python(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("1 200,5", "1200.5"),
        ("1.200,5", "1200.5"),
        ("1,200.5", "1200.5"),
        ("0.500", "0.500"),
        ("180.000", "180000"),
        ("-2,5", "-2.5"),
        ("two", "two"),
        ("", ""),
    ],
)
def test_decimal_is_read_as_people_write_it(typed, read):
    assert decimal_number(typed) == read


@pytest.mark.parametrize("typed", ["18 00", "1.5", "1,2", "180 0000", "0.123", "one", "", "1 2 3"])
def test_what_is_no_whole_number_stays_as_it_is(typed):
    assert whole_number(typed) == typed


def test_field_that_a_page_makes_by_itself_is_read_alike():
    made = forms.IntegerField(required=False)
    use_theme_widget(made)
    assert made.clean("1 200") == 1200
    many_lines = forms.CharField(widget=forms.Textarea())
    assert read_as_typed(many_lines).clean("a\nb") == "a\nb"
    assert LimitsForm.base_fields["places"].clean("5") == 5


@pytest.mark.parametrize("typed", ["NaN", "sNaN", "-NaN", "Infinity", "1e999999999", "9" * 500])
def test_what_python_alone_takes_for_a_number_is_refused(typed):
    boxes = [(name, field) for name, field in every_field() if isinstance(field, forms.DecimalField)]

    assert boxes
    for name, field in boxes:
        with pytest.raises(forms.ValidationError):
            assert field.clean(typed) is None, name
