"""Days and months, kept as the date that browsers exchange: `2027-03-31`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from babel.dates import format_skeleton
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from core.dates import FIRST_MONTH, LAST_MONTH, read_month
from core.forms.day_inputs import DateInput
from core.forms.fields import MonthField
from core.sections.kinds import faults, settings
from core.sections.kinds.base import Kind, Labels
from core.sections.kinds.plain import words
from core.sections.kinds.telling import Heading, Told
from core.sections.questions import Compared, Question

# Unless a question says otherwise: a slip of the finger is no date of 207 or of 20207.
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2099, 12, 31)


def date_of(value: Any) -> date | None:
    """Return a kept date, or a bound; a month is its first day, and what is no date is None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(f"{value}-01" if len(str(value)) == len("2026-11") else str(value))
    except ValueError:
        return None


class BoundedDateField(forms.DateField):
    """A day between two others, typed or picked."""

    widget = DateInput
    default_error_messages = {
        "invalid": _("Enter a date as day, month and year, such as 31/12/2027."),
        "range": _("Enter a date from %(first)s to %(last)s."),
    }

    def __init__(self, *, first: date, last: date, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**kwargs)

    def run_validators(self, value: date | None) -> None:
        if value and not self.first <= value <= self.last:
            params = {"first": date_format(self.first), "last": date_format(self.last)}
            raise ValidationError(self.error_messages["range"], code="range", params=params)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"min": str(self.first), "max": str(self.last)}


class BoundedMonthField(MonthField):
    """A month between two others."""

    default_validators = []

    def __init__(self, *, first: date, last: date, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**kwargs)

    def run_validators(self, value: date | None) -> None:
        if value and not self.first <= value <= self.last:
            words = _("Enter a month from %(first)s to %(last)s.")
            params = {"first": date_format(self.first, "F Y"), "last": date_format(self.last, "F Y")}
            raise ValidationError(words, code="range", params=params)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"min": f"{self.first:%Y-%m}", "max": f"{self.last:%Y-%m}"}


class Date(Kind):
    """A day."""

    code = "date"
    compared_as = Compared.DAY
    title = _("Date")
    settings = (settings.FIRST_DATE, settings.LAST_DATE)
    widest = (FIRST_DATE, LAST_DATE)

    @property
    def blank(self) -> None:
        return None

    def bounds(self, question: Question) -> tuple[date, date]:
        given = date_of(question.least), date_of(question.limit)
        return given[0] or self.widest[0], given[1] or self.widest[1]

    def field(self, question: Question) -> forms.Field:
        first, last = self.bounds(question)
        return BoundedDateField(first=first, last=last, **words(question))

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        return [date_of(value) for value in values]

    def plain(self, cleaned: date | None) -> str | None:
        return str(cleaned) if cleaned else None

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        return replace(super().told(heading, value, language), exact=date_of(value))

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        try:
            self.field(question).clean(date_of(value) or value)
        except ValidationError as refusal:
            yield from refusal.messages

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, date_of)
        if question.least is None and question.limit and self.bounds(question)[0] > self.bounds(question)[1]:
            yield gettext("The latest is before %(first)s, so enter the earliest too.") % {
                "first": self.text(str(self.widest[0]), "en")
            }

    def text(self, value: Any, language: str) -> str:
        day = date_of(value)
        with override(language):
            return date_format(day) if day else str(value or "")


class Month(Date):
    """A month, kept as the date of its first day."""

    code = "month"
    title = _("Month")
    settings = (settings.FIRST_MONTH, settings.LAST_MONTH)
    converts_to: ClassVar[tuple[str, ...]] = ("date",)
    # What rules of the portal can work with.
    widest = (FIRST_MONTH, LAST_MONTH)

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        # In words alone: a spreadsheet would make a day of it.
        return Kind.told(self, heading, value, language)

    def field(self, question: Question) -> forms.Field:
        first, last = self.bounds(question)
        return BoundedMonthField(first=first.replace(day=1), last=last, **words(question))

    def snapshot(self, question: Question, value: str | None, labels: Labels) -> str | None:
        return value and value[: len("2026-11")]

    def restored(self, question: Question, value: str | None) -> str | None:
        return value and f"{value}-01"

    def text(self, value: Any, language: str) -> str:
        # A version never changes: one with a month that nobody would accept today must still be readable.
        month = read_month(value) if isinstance(value, str) else None
        return str(format_skeleton("yMMMM", month, locale=language)) if month else str(value or "")
