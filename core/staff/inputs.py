"""What several decisions ask for: a time in Brussels."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from core.dates import validate_time
from core.formats.en.formats import DATETIME_INPUT_FORMATS
from core.phrases import StrOrPromise

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"


class BrusselsTimeInput(forms.DateTimeInput):
    """The browser's own input: works by keyboard, on a phone and without JavaScript."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES), **(attrs or {})}, format=LOCAL_FORMAT)


class BrusselsTimeField(forms.DateTimeField):
    """A time as it stands on a clock in Brussels; cleaned to an aware time."""

    def __init__(self, *, label: StrOrPromise, help_text: StrOrPromise = "", **kwargs: Any) -> None:
        note = _("Brussels time (Europe/Brussels).")
        super().__init__(
            label=cast(str, label),
            help_text=f"{help_text} {note}".strip() if isinstance(help_text, str) else note,
            widget=BrusselsTimeInput,
            input_formats=[LOCAL_FORMAT, *DATETIME_INPUT_FORMATS],
            validators=[validate_time],
            **kwargs,
        )
