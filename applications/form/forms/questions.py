"""A form field for each kind of question, and the plain value of what was typed in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applications.form.sections import Kind, Question
from core.forms.fields import MonthField
from core.reference.region_fields import RegionField, RegionsField

Choices = list[tuple[Any, Any]]


class TermsField(forms.MultipleChoiceField):
    """Several terms, at most `limit`; cleans to their codes in rising order."""

    default_error_messages = {
        "too_many": ngettext_lazy("Choose at most %(most)d.", "Choose at most %(most)d.", "most"),
    }

    def __init__(self, *, limit: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, value: Any) -> list[str]:
        codes = sorted(super().clean(value))
        if self.limit and len(codes) > self.limit:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.limit}
            )
        return codes


def field_of(question: Question) -> forms.Field:
    """Return the field that asks a question; terms get their choices from the form."""
    words = {
        "label": question.label,
        "help_text": question.help_text,
        "required": question.is_required,
    }
    return _FIELDS[question.kind](question, words)


def plain(question: Question, value: Any) -> Any:
    """Return what was typed as `applications.form.answers` keeps it."""
    if question.kind is Kind.MONTH:
        return str(value) if value else None
    return None if question.kind is Kind.TERM and not value else value


def terms_of(question: Question) -> Choices:
    """Return what may be chosen for a question of a term, in one query."""
    rows = question.source.related_model.objects.active()
    return rows.as_grouped_choices() if hasattr(rows, "as_grouped_choices") else rows.as_choices()


def _line(question: Question, words: dict[str, Any]) -> forms.Field:
    # An address typed without its scheme is one of today.
    extra: dict[str, Any] = {"assume_scheme": "https"} if question.name == "website" else {}
    return question.source.formfield(**words, **extra)


def _text(question: Question, words: dict[str, Any]) -> forms.Field:
    errors = {"max_length": _("Shorten this to %(limit_value)d characters; it has %(show_value)d.")}
    box = forms.Textarea({"rows": 8})
    return forms.CharField(widget=box, max_length=question.limit, error_messages=errors, **words)


def _number(question: Question, words: dict[str, Any]) -> forms.Field:
    errors = {
        "min_value": _("Enter a number of %(limit_value)d or more."),
        "max_value": _("Enter a number of at most %(limit_value)d."),
    }
    return forms.IntegerField(min_value=1, max_value=question.limit, error_messages=errors, **words)


def _choice(question: Question, words: dict[str, Any]) -> forms.Field:
    if isinstance(question.choices[0][0], int):
        default = question.source.default
        return forms.TypedChoiceField(choices=question.choices, coerce=int, initial=default, **words)
    return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **words)


def _term(question: Question, words: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(**words)


_FIELDS: dict[Kind, Callable[[Question, dict[str, Any]], forms.Field]] = {
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONTH: lambda question, words: MonthField(**words),
    Kind.TICK: lambda question, words: forms.BooleanField(**words),
    Kind.CHOICE: _choice,
    Kind.TERM: _term,
    Kind.TERMS: lambda question, words: TermsField(limit=question.limit, **words),
    Kind.REGION: lambda question, words: RegionField(**words),
    Kind.REGIONS: lambda question, words: RegionsField(limit=question.limit, **words),
}
