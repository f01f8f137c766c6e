"""Days in each month to the end of the programme: a grid that works without JavaScript, with fill-across."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.half_days import HALF_DAYS_PER_DAY
from core.typed import decimal_number, is_plain
from experts.enums import PROGRAMME_LAST_MONTH, Section
from experts.forms.base import SectionForm
from experts.snapshots import Answers, month_key
from experts.summaries import month_in_words

FILL_ALL, FILL_EMPTY = "fill_all", "fill_empty"
MONTHS_IN_YEAR = 12


class DaysField(forms.DecimalField):
    """Days in steps of a half; its value is half-days, as the matching counts."""

    default_error_messages = {
        "invalid": _("Enter a number of days, such as 3 or 2.5."),
        "max_value": _("This month has only %(limit_value)s days."),
        "min_value": _("Enter 0 or more days."),
        "step_size": _("Enter whole or half days, such as 3 or 2.5."),
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "size": "5"})
        super().__init__(
            required=False, min_value=0, max_value=most, step_size=Decimal("0.5"), widget=widget, **kwargs
        )

    def to_python(self, value: Any) -> Decimal | None:
        typed = decimal_number(value) if isinstance(value, str) else value
        # Of a number with hundreds of digits Python cannot say whether it is a multiple of a half.
        if typed and isinstance(typed, str) and not is_plain(typed):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value).normalize():f}" if isinstance(value, Decimal) else value


class MonthGrid:
    """The months in the layout, a fieldset for each year."""

    def render(self, form: AvailabilityForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("experts/_months.html", {"form": form, "years": form.years})


class AvailabilityForm(SectionForm):
    section = Section.AVAILABILITY
    redraw_buttons = (FILL_ALL, FILL_EMPTY)

    fill_days = DaysField(most=31, label=_("Days in each month"))

    def __init__(self, data: Any = None, files: Any = None, *, answers: Answers, **kwargs: Any) -> None:
        self.months = list(months_ahead(timezone.localdate()))
        super().__init__(self._filled(data), files, answers=answers, **kwargs)
        for month in self.months:
            half_days = answers["months"].get(month_key(month))
            self.fields[_name(month)] = DaysField(
                most=calendar.monthrange(month.year, month.month)[1],
                label=month_in_words(month),
                initial=None if half_days is None else Decimal(half_days) / HALF_DAYS_PER_DAY,
            )

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        helper.layout = Layout("base", MonthGrid())
        return helper

    @property
    def years(self) -> list[tuple[int, list[forms.BoundField]]]:
        years: dict[int, list[forms.BoundField]] = {}
        for month in self.months:
            years.setdefault(month.year, []).append(self[_name(month)])
        return list(years.items())

    @property
    def answers(self) -> Answers:
        """The months with days, those past as they were saved."""
        first = month_key(timezone.localdate())
        past = {month: n for month, n in self.saved["months"].items() if month < first}
        ahead = {month_key(month): self._half_days(month) for month in self.months}
        return {"months": past | {month: half_days for month, half_days in ahead.items() if half_days}}

    def _half_days(self, month: date) -> int | None:
        """Return what was typed; what is not valid is as it was saved."""
        name = _name(month)
        if name not in self.cleaned_data:
            return self.saved["months"].get(month_key(month))
        days = self.cleaned_data[name]
        return int(days * HALF_DAYS_PER_DAY) if days else None

    def _filled(self, data: Any) -> Any:
        """Put the days of the fill field into all months, or into the empty ones, if so asked."""
        if data is None or not any(button in data for button in self.redraw_buttons):
            return data
        filled = data.copy()
        for month in self.months:
            if FILL_ALL in data or not data.get(_name(month)):
                filled[_name(month)] = data.get("fill_days", "")
        return filled


def months_ahead(today: date) -> Iterator[date]:
    """Return the first days of the months from today's to the programme's last."""
    month = today.replace(day=1)
    while month <= PROGRAMME_LAST_MONTH:
        yield month
        month = date(month.year + month.month // MONTHS_IN_YEAR, month.month % MONTHS_IN_YEAR + 1, 1)


def _name(month: date) -> str:
    return f"month_{month:%Y_%m}"
