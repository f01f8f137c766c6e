"""What a browser would post of a page of the administration, and other values for its fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.template.response import TemplateResponse
from django.utils import timezone

from core.dates import LAST_MONTH

Posted = dict[str, Any]


def forms_of(page: TemplateResponse) -> Iterator[forms.BaseForm]:
    """Yield the form of the row, the management of its inlines, and the form of each row in them."""
    yield page.context["adminform"].form
    for inline in page.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def posted(*filled: forms.BaseForm) -> Posted:
    """Return what is posted if nothing is changed."""
    return {name: value for form in filled for field in form for name, value in _parts(field, field.value())}


def with_other_value(field: forms.BoundField) -> Posted:
    """Return the parts of a field with a value that is valid and not the present one."""
    present = field.value()
    return dict(_parts(field, _other(field.field, present))) or {field.html_name: ""}


def _parts(field: forms.BoundField, value: Any) -> Iterator[tuple[str, Any]]:
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        texts = value if isinstance(value, list) else widget.decompress(value)
        for number, (part, text) in enumerate(zip(widget.widgets, texts, strict=True)):
            yield f"{field.html_name}_{number}", part.format_value(text) or ""
    elif isinstance(field.field, forms.BooleanField):
        if value:
            yield field.html_name, "on"
    elif isinstance(value, list | tuple):
        yield field.html_name, [str(getattr(item, "pk", item)) for item in value]
    else:
        shown = widget.format_value(value) if hasattr(widget, "format_value") else value
        yield field.html_name, shown[0] if isinstance(shown, list) and shown else shown or ""


def _other(field: forms.Field, present: Any) -> Any:
    if isinstance(field, forms.BooleanField):
        return not present
    if isinstance(field, forms.ModelMultipleChoiceField):
        kept = [getattr(item, "pk", item) for item in present or []]
        return [*kept, field.queryset.exclude(pk__in=kept)[0].pk]
    if isinstance(field, forms.ModelChoiceField):
        return field.queryset.exclude(pk=present)[0].pk
    if isinstance(field, forms.MultipleChoiceField):
        return [value for value, _label in field.choices if value not in present]
    if isinstance(field, forms.ChoiceField):
        return next(value for value, _label in field.choices if value and str(value) != str(present))
    if isinstance(present, datetime):
        return present + timedelta(minutes=1)
    if isinstance(present, date):
        # Another month that makes sense, and that no row of a page has.
        return LAST_MONTH
    if isinstance(field, forms.IntegerField):
        return present - 1 if present and present > 1 else (present or 0) + 1
    if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
        return timezone.now().replace(microsecond=0)
    return f"{present or ''}x"
