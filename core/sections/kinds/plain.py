"""What one writes, counts or ticks: lines, texts, addresses, numbers, months, one of a closed list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import read_month
from core.forms.fields import AddressField, MonthField
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.questions import Compared, Question

CHOOSE = ("", _("Choose…"))


def words(question: Question) -> dict[str, Any]:
    """Return what every field is told of its question."""
    return {"label": question.label, "help_text": question.help_text, "required": question.is_required}


class Line(Kind):
    """A text of one line."""

    code = "line"
    is_prose = True
    compared_as = Compared.TEXT
    widget_attributes: dict[str, str] = {}

    def field(self, question: Question) -> forms.Field:
        widget = forms.TextInput(self.widget_attributes)
        return forms.CharField(max_length=question.limit, widget=widget, **words(question))


class PersonName(Line):
    """The name of the person who fills in the form, which browsers know."""

    code = "person_name"
    stored_as = "line"
    widget_attributes = {"autocomplete": "name"}


class Mail(Line):
    """An e-mail address, in the one spelling."""

    code = "mail"
    stored_as = "line"

    def field(self, question: Question) -> forms.Field:
        return AddressField(**words(question))


class Web(Line):
    """The address of a website."""

    code = "web"
    stored_as = "line"

    def field(self, question: Question) -> forms.Field:
        # One typed without its scheme is one of today.
        return forms.URLField(max_length=question.limit, assume_scheme="https", **words(question))


class Text(Kind):
    """A text of several lines, with a counter."""

    code = "text"
    is_prose = True
    compared_as = Compared.TEXT

    def field(self, question: Question) -> forms.Field:
        errors = {"max_length": _("Shorten this to %(limit_value)d characters; it has %(show_value)d.")}
        box = forms.Textarea({"rows": 8})
        return forms.CharField(
            widget=box, max_length=question.limit, error_messages=errors, **words(question)
        )

    def hint(self, question: Question) -> str:
        return gettext("Up to %(limit)s characters.") % {"limit": question.limit} if question.limit else ""


class Number(Kind):
    """A whole number from 1 to the limit."""

    code = "number"
    compared_as = Compared.NUMBER
    least = 1

    @property
    def blank(self) -> None:
        return None

    def field(self, question: Question) -> forms.Field:
        errors = {
            "min_value": _("Enter a number of %(limit_value)d or more."),
            "max_value": _("Enter a number of at most %(limit_value)d."),
        }
        return forms.IntegerField(
            min_value=self.least, max_value=question.limit, error_messages=errors, **words(question)
        )

    def is_answered(self, question: Question, value: Any) -> bool:
        return value is not None

    def text(self, value: Any, language: str) -> str:
        return "" if value is None else str(format_decimal(value, locale=language))


class Month(Kind):
    """A month, kept as the date of its first day."""

    code = "month"
    compared_as = Compared.DAY

    @property
    def blank(self) -> None:
        return None

    def field(self, question: Question) -> forms.Field:
        return MonthField(**words(question))

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        return [date.fromisoformat(value) if value else None for value in values]

    def plain(self, cleaned: date | None) -> str | None:
        return str(cleaned) if cleaned else None

    def snapshot(self, question: Question, value: str | None, labels: Labels) -> str | None:
        return value and value[: len("2026-11")]

    def text(self, value: Any, language: str) -> str:
        # A version never changes: one with a month that nobody would accept today must still be readable.
        month = read_month(value) if isinstance(value, str) else None
        return str(format_skeleton("yMMMM", month, locale=language)) if month else str(value or "")


class Tick(Kind):
    """Yes or no; where it is required, only yes will do."""

    code = "tick"
    is_declared = True
    compared_as = Compared.TRUTH

    @property
    def blank(self) -> bool:
        return False

    def field(self, question: Question) -> forms.Field:
        return forms.BooleanField(**words(question))

    def text(self, value: Any, language: str) -> str:
        return gettext("Yes") if value else gettext("No")

    def line_in_row(self, question: Question, value: Any, labels: Labels) -> str:
        return str(question.label)


class Choice(Kind):
    """One of a closed list: its code is a text or a whole number."""

    code = "choice"
    compared_as = Compared.OPTION

    def field(self, question: Question) -> forms.Field:
        choices = list(question.asked_choices or question.choices)
        if not isinstance(choices[0][0], int):
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words(question))
        if question.initial is None:
            choices = [CHOOSE, *choices]
        return forms.TypedChoiceField(
            choices=choices, coerce=int, empty_value="", initial=question.initial, **words(question)
        )

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in question.choices]

    def snapshot(self, question: Question, value: Any, labels: Labels) -> dict[str, Any] | None:
        if value in ("", None):
            return None
        return {"code": value} | in_both(dict(question.choices).get(value, value))


class Level(Choice):
    """One of a closed list, chosen from a list that folds out."""

    code = "level"
    stored_as = "choice"

    def field(self, question: Question) -> forms.Field:
        choices = [CHOOSE, *(question.asked_choices or question.choices)]
        return forms.ChoiceField(choices=choices, **words(question))
