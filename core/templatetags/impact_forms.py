"""What the crispy template pack needs to know of a form, ours or a package's."""

from __future__ import annotations

from typing import NamedTuple

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext

from core.forms.drawing import attributes
from core.forms.fields import LONG_LIST, anchor_of

register = template.Library()
register.filter("anchor", anchor_of)
register.filter("attributes", attributes)


class ErrorLink(NamedTuple):
    anchor: str
    label: str
    message: str

    @property
    def text(self) -> str:
        if not self.label:
            return self.message
        if self.label[-1] in "?!.":
            return f"{self.label} {self.message}"
        return gettext("%(label)s: %(message)s") % {"label": self.label, "message": self.message}


@register.filter
def error_links(form: forms.BaseForm | BaseFormSet) -> list[ErrorLink]:
    """Return every error of a form and its rows in the order of the page."""
    if isinstance(form, BaseFormSet):
        return rows_error_links(form)
    links = own_error_links(form)
    for rows in getattr(form, "judged_rows", ()):
        links += rows_error_links(rows)
    return links


@register.filter
def has_errors(form: object) -> bool:
    """Whether a form, or a row of it, has an error; a page may have no form at all."""
    return isinstance(form, forms.BaseForm | BaseFormSet) and bool(error_links(form))


def own_error_links(form: forms.BaseForm, within: str = "") -> list[ErrorLink]:
    links = [ErrorLink("", within, str(message)) for message in form.non_field_errors()]
    for field in form:
        label = f"{within} – {field.label}" if within else str(field.label)
        anchor = "" if field.is_hidden else anchor_of(field)
        links += [ErrorLink(anchor, label, str(message)) for message in field.errors]
    return links


def rows_error_links(rows: BaseFormSet) -> list[ErrorLink]:
    label = getattr(rows, "label", "")
    links = [ErrorLink(f"rows-{rows.prefix}", str(label), str(message)) for message in rows.non_form_errors()]
    for number, form in enumerate(rows.forms, 1):
        links += own_error_links(form, f"{label} {number}")
    return links


@register.inclusion_tag("impact/error_summary.html")
def form_errors(*forms_and_rows: forms.BaseForm | BaseFormSet) -> dict[str, list[ErrorLink]]:
    """Show one error summary for all forms of a page."""
    return {"links": [link for form in forms_and_rows for link in error_links(form)]}


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether a complete form may leave the field empty; a draft's fields keep their marks."""
    required = getattr(field.form, "required_fields", None)
    if required is None or field.name not in field.form.fields:
        return not field.field.required
    return field.name not in required


@register.filter
def kind(field: BoundField) -> str:
    """Return how the field is laid out: hidden, checkbox, choices, trap or plain."""
    if field.is_hidden:
        return "hidden"
    if getattr(field.field, "is_honeypot", False) and not field.errors:
        return "trap"
    if field.use_fieldset:
        return "choices"
    return "checkbox" if isinstance(field.field.widget, forms.CheckboxInput) else "plain"


@register.filter
def is_long_list(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxSelectMultiple) and len(field.subwidgets) >= LONG_LIST
