"""One form for each section of an application, made from its questions."""

from __future__ import annotations

from functools import lru_cache

from django import forms

from core.sections.forms import CARRIED, SectionForm, make_form
from core.sections.questions import Section


class ApplicationForm(SectionForm):
    """A section as one person sees it; `opened` says when, and travels with it."""

    carried = (*CARRIED, "opened")
    opened = forms.CharField(widget=forms.HiddenInput, required=False)


# Sections of a published version stay the same objects.
@lru_cache(maxsize=256)
def form_for(section: Section) -> type[ApplicationForm]:
    """Return the form of a section."""
    return make_form(section, ApplicationForm)
