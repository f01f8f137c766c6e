"""One form for each section of the application, made from `applications.form.sections`."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.form.sections import SECTIONS
from core.sections.forms import CARRIED, SectionForm, make_form
from core.sections.questions import Section


class ApplicationForm(SectionForm):
    """A section as one person sees it; `opened` says when, and travels with it."""

    carried = (*CARRIED, "opened")
    opened = forms.CharField(widget=forms.HiddenInput, required=False)


def form_for(section: Section) -> type[ApplicationForm]:
    """Return the form of a section."""
    return _FORMS[section.slug]


_FORMS: dict[str, Any] = {section.slug: make_form(section, ApplicationForm) for section in SECTIONS}
