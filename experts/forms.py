"""The forms of an expert profile: one for each section, made from its questions, and that of the CV."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.forms.forms import PublicForm
from core.reference.units import units
from core.sections.forms import CARRIED, SectionForm, make_form
from core.sections.merging import digests
from core.sections.questions import Answers, Question, Section
from core.uploads import PDF, CheckedUpload, check_upload
from experts.kinds import FILL_ALL, FILL_DAYS, FILL_EMPTY, OTHER_COUNTRY, field_name, months_ahead
from experts.snapshots import digest_of_section

# What is explained above questions that the portal needs.
NOTES = {"languages": "experts/_note_languages.html", "expertise": "experts/_note_expertise.html"}


class ExpertForm(SectionForm):
    """A section of the profile; of which version of the form it is, travels with it.

    Args:
        answers: as saved, of `snapshots.take_section`.
    """

    list_label = _("Save and return to list")
    carried = (*CARRIED, "form_version")
    # Of the form on which the page was drawn: what is typed there is kept although others are asked by now.
    form_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: QueryDict | None = None, *, answers: Answers | None = None, **kwargs: Any
    ) -> None:
        self._saved_answers = answers or {}
        super().__init__(_filled(data), **kwargs)

    @property
    def redraw_buttons(self) -> tuple[str, ...]:
        """Buttons that draw the page again, as "add a row" does; Enter presses another one."""
        return (FILL_ALL, FILL_EMPTY) if self.section.asks("months") else ()

    @property
    def is_adding_row(self) -> bool:  # type: ignore[override]  # a page only reads it
        return super().is_adding_row or any(name in self.data for name in self.redraw_buttons)

    @property
    def typed_base(self) -> dict[str, Any]:
        # A page that was opened before sections were merged by cell carries one digest of all.
        if self.data.get("base") == digest_of_section(self._saved_answers):
            return digests(self.cells)
        return super().typed_base

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self._is_elsewhere and not cleaned.get("other_country") and not self.is_draft:
            self.add_error("other_country", _("Enter the name of the country."))
        return cleaned

    def typed_cells(self) -> Answers:
        return self._in_one_country(super().typed_cells())

    def answers(self) -> Answers:
        cells = self._in_one_country(super().answers())
        has_moved = "country" in cells and not _is_in(self.cells["unit"], cells["country"])
        # The region saved before lies in another country than the one where the expert lives now.
        return cells | {"unit": ""} if has_moved and "unit" in self.errors else cells

    def _in_one_country(self, cells: Answers) -> Answers:
        """Let the country that is chosen decide on the two answers that go with it."""
        if self._is_elsewhere:
            return cells | {"unit": ""}
        return cells | {"other_country": ""} if "country" in cells else cells

    @property
    def _is_elsewhere(self) -> bool:
        return self.section.asks("country") and self.data.get("country") == OTHER_COUNTRY


def _filled(data: QueryDict | None) -> QueryDict | None:
    """Put the days of the fill field into all months, or into the empty ones, if so asked."""
    if data is None or not (FILL_ALL in data or FILL_EMPTY in data):
        return data
    filled = data.copy()
    for month in months_ahead(timezone.localdate()):
        if FILL_ALL in data or not data.get(field_name(month)):
            filled[field_name(month)] = data.get(FILL_DAYS, "")
    return filled


class CvForm(PublicForm):
    submit_label = _("Upload file")

    cv = forms.FileField(widget=forms.FileInput({"accept": ".pdf,application/pdf"}))
    checked: CheckedUpload

    def __init__(self, *args: Any, question: Question, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cv"].label, self.fields["cv"].help_text = str(question.label), str(question.help_text)
        self.by = by

    def clean_cv(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["cv"]
        self.checked = check_upload(file, allowed=[PDF], by=self.by)
        return file


# Sections of a published version stay the same objects.
@lru_cache(maxsize=64)
def form_for(section: Section) -> type[ExpertForm]:
    """Return the form of a section; the CV has one of its own."""
    return make_form(section, ExpertForm)


def notes_on(section: Section) -> list[str]:
    """Return the templates of what is explained above the questions of a section."""
    return [NOTES[question.name] for question in section.questions if question.name in NOTES]


def _is_in(unit: str, country: str) -> bool:
    return all(found.country_id == country for found in units([unit]).values())
