"""How staff are asked for a day, or a time in Brussels: by the browser’s own box, wherever it is."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from core.dates import validate_time
from core.formats.en.formats import DATETIME_INPUT_FORMATS
from core.forms.day_inputs import TIME_FORMAT, WITH_SECONDS, DateInput, TimeInput
from core.phrases import StrOrPromise

TIME_FORMATS = [TIME_FORMAT, WITH_SECONDS, *DATETIME_INPUT_FORMATS]
IN_THEME = {"class": " ".join(INPUT_CLASSES)}


class DayInput(DateInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(IN_THEME | (attrs or {}))


class BrusselsTimeInput(TimeInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(IN_THEME | (attrs or {}))


class BrusselsTimeField(forms.DateTimeField):
    """A time as it stands on a clock in Brussels; cleaned to an aware time."""

    def __init__(self, *, label: StrOrPromise, help_text: StrOrPromise = "", **kwargs: Any) -> None:
        note = _("Brussels time.")
        super().__init__(
            label=cast(str, label),
            help_text=cast(str, format_lazy("{} {}", help_text, note) if help_text else note),
            widget=BrusselsTimeInput,
            input_formats=TIME_FORMATS,
            validators=[validate_time],
            **kwargs,
        )


def form_arguments(db_field: models.Field) -> dict[str, Any]:
    """Return how the form of a row asks for a date, in place of the theme's way; of other columns nothing."""
    match db_field:
        case models.DateTimeField():
            return {
                "form_class": forms.DateTimeField,
                "widget": BrusselsTimeInput,
                "input_formats": TIME_FORMATS,
            }
        case models.DateField():
            return {"widget": DayInput}
    return {}
