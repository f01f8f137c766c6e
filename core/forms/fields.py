"""The fields of public forms: widgets, words of the errors, and where a link to a field leads."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.dates import FIRST_MONTH, LAST_MONTH, read_month, validate_month
from core.forms.counting import Limits
from core.forms.day_inputs import DateInput
from core.mail.mailboxes import NoAddress, address_of, in_letters
from core.typed import read_as_typed

# From this many choices on, a list of checkboxes scrolls and can be searched.
LONG_LIST = 15
REQUIRED_MESSAGES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, _("Tick this box to continue.")),
    (forms.FileField, _("Choose a file.")),
    (forms.ModelMultipleChoiceField, _("Choose at least one.")),
    (forms.MultipleChoiceField, _("Choose at least one.")),
    (forms.ChoiceField, _("Choose an answer.")),
    (forms.ModelChoiceField, _("Choose an answer.")),
    (forms.Field, _("Enter an answer.")),
)
INVALID_MESSAGES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.URLField, _("Enter a website address, such as https://example.org.")),
)


class MonthInput(forms.DateInput):
    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Browsers without a month picker show a text field: the placeholder says what to type.
        super().__init__({"placeholder": "2026-04"} | (attrs or {}), format="%Y-%m")


class MonthField(forms.DateField):
    """A month that makes sense, as the date of its first day."""

    widget = MonthInput
    default_validators = [validate_month]
    default_error_messages = {"invalid": _("Enter a month as year and month, such as 2026-04.")}

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        month = read_month(value)
        if month is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return month

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"min": f"{FIRST_MONTH:%Y-%m}", "max": f"{LAST_MONTH:%Y-%m}"}


class AddressField(forms.EmailField):
    """An e-mail address, read as people paste it; its cleaned value is in the one spelling.

    Whoever shows the answer says with `core.readings.say_what_was_read` what was made of it.
    """

    # Reading it is the check.
    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        # Names and links around an address may be long; the address itself may not.
        super().__init__(**kwargs | {"max_length": None})

    def prepare_value(self, value: object) -> Any:
        return in_letters(value) if isinstance(value, str) else value

    def to_python(self, value: object) -> str:
        typed = super().to_python(value) or ""
        try:
            return address_of(typed) if typed not in self.empty_values else typed
        except NoAddress as refusal:
            raise forms.ValidationError(cast(str, refusal.words), code="invalid") from None


class HoneypotField(forms.CharField):
    """A field that people cannot see and machines fill in; so do some browsers and password managers.

    Nobody is thanked for nothing: the form is refused, shows the field, and people empty it.
    """

    is_honeypot = True

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
        super().__init__(required=False, label=_("Leave this field empty"), widget=widget, **kwargs)

    def validate(self, value: str) -> None:
        if value:
            raise forms.ValidationError(
                _(
                    "This field was filled in, perhaps by your browser or password manager, so nothing was "
                    "sent. Clear it and try again."
                ),
                code="filled",
            )


class PublicBoundField(BoundField):
    """A field that knows its counter."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        # Shown now, so that it can be emptied with a keyboard as well.
        is_shown_trap = isinstance(self.field, HoneypotField) and self.errors
        return attrs | {"tabindex": "0"} if is_shown_trap else attrs

    @property
    def limits(self) -> Limits | None:
        """How long a text may be, where a counter says it."""
        known = getattr(self.field, "limits", None)
        if known is None and isinstance(self.field.widget, forms.Textarea):
            known = Limits(None, getattr(self.field, "max_length", None))
        return known if known and known.hint else None

    @property
    def aria_describedby(self) -> str | None:
        ids = super().aria_describedby
        if ids is None or not self.limits:
            return ids
        return f"{ids} {self.auto_id}_counter".strip()


def anchor_of(field: BoundField) -> str:
    """Return the id of the first thing in a field that can be focused."""
    if not field.use_fieldset:
        return field.id_for_label or field.auto_id
    first = next(iter(field.subwidgets), None)
    if first is None:
        return field.auto_id
    inner = first.data.get("subwidgets") or [first.data]
    return inner[0]["attrs"].get("id") or field.auto_id


def is_unanswered(field: BoundField) -> bool:
    value = field.value()
    return value is False or value in field.field.empty_values


def prepare_public_field(field: forms.Field) -> None:
    """Give a field the widget and the words that public pages use, where its form chose none."""
    if type(field.widget) is forms.SelectMultiple and isinstance(field, forms.ChoiceField):
        field.widget = forms.CheckboxSelectMultiple()
        field.widget.choices = field.choices
    elif type(field.widget) is forms.DateInput:
        field.widget = DateInput(field.widget.attrs)
    elif isinstance(field.widget, forms.Textarea):
        # A browser would cut a pasted text without a word; the counter and the server say it instead.
        field.widget.attrs.pop("maxlength", None)
    if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
        words = (words for kind, words in REQUIRED_MESSAGES if isinstance(field, kind))
        field.error_messages["required"] = next(words)
    read_as_typed(field)
    name_invalid(field)
    name_blank_choice(field)


def name_invalid(field: forms.Field) -> None:
    """Say what to type instead of naming the kind of value, where the form says nothing itself."""
    for kind, words in INVALID_MESSAGES:
        own = field.error_messages.get("invalid")
        if isinstance(field, kind) and own == kind.default_error_messages.get("invalid"):
            field.error_messages["invalid"] = words


def name_blank_choice(field: forms.Field) -> None:
    if type(field.widget) is not forms.Select or not isinstance(field, forms.ChoiceField):
        return
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == BLANK_CHOICE_DASH[0][1]:
            field.empty_label = _("Choose…")
            field.widget.choices = field.choices  # type: ignore[assignment]  # its rows, read when they are shown
        return
    given: Any = field.choices
    choices = list(given)
    if choices[:1] == BLANK_CHOICE_DASH:
        field.choices = [("", _("Choose…")), *choices[1:]]
