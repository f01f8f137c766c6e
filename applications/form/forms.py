"""One form for each section of an application, made from its questions."""

from __future__ import annotations

from functools import lru_cache

from django import forms

from core.sections.forms import CARRIED, SectionForm, make_form
from core.sections.questions import Questionnaire, Section


class ApplicationForm(SectionForm):
    """A section as one person sees it; when, and of which version of the form, travels with it."""

    carried = (*CARRIED, "opened", "form_version")
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    # Of the form on which the page was drawn: what is typed there is kept although others are asked by now.
    form_version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def form_for(section: Section, *, whole: Questionnaire) -> type[ApplicationForm]:
    """Return the form of a section, or of a part of one.

    Args:
        section: what is asked on the page.
        whole: the form to which it belongs.
    """
    # Sections of a published version stay the same objects; parts are made for one answer to staff.
    return _form_for(section) if section in whole.sections else make_form(section, ApplicationForm)


@lru_cache(maxsize=256)
def _form_for(section: Section) -> type[ApplicationForm]:
    return make_form(section, ApplicationForm)
