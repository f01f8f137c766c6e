"""One form for each section of an application, made from its questions."""

from __future__ import annotations

from functools import lru_cache

from django import forms

from core.sections.forms import CARRIED, SectionForm, make_form
from core.sections.questions import Section


class ApplicationForm(SectionForm):
    """A section as one person sees it; when, and of which version of the form, travels with it."""

    carried = (*CARRIED, "opened", "form_version")
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    # Of the form on which the page was drawn: what is typed there is kept although others are asked by now.
    form_version = forms.IntegerField(widget=forms.HiddenInput, required=False)


# Sections of a published version stay the same objects.
@lru_cache(maxsize=256)
def form_for(section: Section) -> type[ApplicationForm]:
    """Return the form of a section."""
    return make_form(section, ApplicationForm)
