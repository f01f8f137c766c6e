"""The browser's own boxes for dates: sent in one order whatever is shown, with the date in words beside them.

A browser shows its box in the order of its own language, which may put the month first. The words leave no
doubt; `static/js/text.js` keeps them current while one chooses.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import formats
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString

DAY_FORMAT = "%Y-%m-%d"
TIME_FORMAT = "%Y-%m-%dT%H:%M"
WITH_SECONDS = "%Y-%m-%dT%H:%M:%S"


class InWordsMixin(forms.widgets.DateTimeBaseInput):
    """Writes the date in words after the box."""

    words_format = "l j F Y"

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        box = super().render(name, value, {"data-in-words": "", **(attrs or {})}, renderer)
        return format_html('{}<span class="in-words">{}</span>', box, self.in_words(value))

    def in_words(self, value: Any) -> str:
        """Return a value that makes a date in words; nothing for any other."""
        read = _read(value) if isinstance(value, str) else value
        return formats.date_format(read, self.words_format) if isinstance(read, date) else ""


class DateInput(InWordsMixin, forms.DateInput):
    """A day; works by keyboard, on a phone and without JavaScript."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format=DAY_FORMAT)


class TimeInput(InWordsMixin, forms.DateTimeInput):
    """A day with a time of it, as it stands on a clock."""

    input_type = "datetime-local"
    words_format = "l j F Y, H:i"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format=TIME_FORMAT)

    def format_value(self, value: Any) -> str | None:
        # A box without seconds would drop them from a time that nobody touched.
        has_seconds = isinstance(value, datetime) and value.second
        return value.strftime(WITH_SECONDS) if has_seconds else super().format_value(value)


def _read(text: str) -> date | None:
    try:
        return parse_datetime(text) or parse_date(text)
    except ValueError:
        return None
