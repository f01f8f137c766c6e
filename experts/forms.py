"""The forms of an expert profile, one for each section, made from `experts.sections`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.forms.forms import PublicForm
from core.reference.units import units
from core.sections.forms import SectionForm, make_form
from core.sections.merging import digests
from core.sections.questions import Answers, Section
from core.uploads import PDF, CheckedUpload, check_upload
from experts import enums
from experts.kinds import OTHER_COUNTRY, DaysField, field_name, months_ahead
from experts.sections import SECTIONS
from experts.snapshots import digest_of_section

FILL_ALL, FILL_EMPTY = "fill_all", "fill_empty"


class ExpertForm(SectionForm):
    """A section of the profile.

    Args:
        answers: as saved, of `snapshots.take_section`.
    """

    list_label = _("Save and see the list")
    # Buttons that draw the page again, as "add a row" does.
    redraw_buttons: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, answers: Answers | None = None, **kwargs: Any) -> None:
        self._saved_answers = answers or {}
        super().__init__(data, **kwargs)

    @property
    def is_adding_row(self) -> bool:
        return super().is_adding_row or any(name in self.data for name in self.redraw_buttons)

    @property
    def typed_base(self) -> dict[str, Any]:
        # A page that was opened before sections were merged by cell carries one digest of all.
        if self.data.get("base") == digest_of_section(self._saved_answers):
            return digests(self.cells)
        return super().typed_base


class AboutForm(ExpertForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self._is_elsewhere and not cleaned.get("other_country") and not self.is_draft:
            self.add_error("other_country", _("Enter the name of the country."))
        return cleaned

    def answers(self) -> Answers:
        cells = super().answers()
        if self._is_elsewhere:
            return cells | {"unit": ""}
        if "country" in cells:
            cells["other_country"] = ""
        if "unit" in self.errors and not _is_in(self.cells["unit"], cells.get("country", "")):
            # The region saved before lies in another country than the one where the expert lives now.
            cells["unit"] = ""
        return cells

    @property
    def _is_elsewhere(self) -> bool:
        return self.data.get("country") == OTHER_COUNTRY


class MonthGrid(LayoutObject):
    """The months in the layout, a fieldset for each year."""

    def render(self, form: AvailabilityForm, context: Any, **kwargs: Any) -> str:
        return render_to_string("experts/_months.html", {"form": form, "years": form.years})


class AvailabilityForm(ExpertForm):
    redraw_buttons = (FILL_ALL, FILL_EMPTY)

    fill_days = DaysField(most=31, label=_("Days in each month"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.months = list(months_ahead(timezone.localdate()))
        super().__init__(self._filled(data), **kwargs)

    def places(self) -> list[str | LayoutObject]:
        # Choices between two values stand in their order before the grid.
        return [*(place for place in super().places() if place != "months"), MonthGrid()]

    @property
    def years(self) -> list[tuple[int, list[forms.BoundField]]]:
        years: dict[int, list[forms.BoundField]] = {}
        for month in self.months:
            years.setdefault(month.year, []).append(self[field_name(month)])
        return list(years.items())

    def _filled(self, data: Any) -> Any:
        """Put the days of the fill field into all months, or into the empty ones, if so asked."""
        if data is None or not any(button in data for button in self.redraw_buttons):
            return data
        filled: QueryDict = data.copy()
        for month in self.months:
            if FILL_ALL in data or not data.get(field_name(month)):
                filled[field_name(month)] = data.get("fill_days", "")
        return filled


class CvForm(PublicForm):
    submit_label = _("Upload this file")

    cv = forms.FileField(
        label=_("CV"),
        help_text=_("One PDF file of at most 10 MB."),
        widget=forms.FileInput({"accept": ".pdf,application/pdf"}),
    )
    checked: CheckedUpload

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_cv(self) -> Any:
        file = self.cleaned_data["cv"]
        self.checked = check_upload(file, allowed=[PDF], by=self.by)
        return file


def form_for(section: Section) -> type[ExpertForm]:
    """Return the form of a section; the CV has one of its own."""
    return _FORMS[section.slug]


def _is_in(unit: str, country: str) -> bool:
    return all(found.country_id == country for found in units([unit]).values())


_OWN: Mapping[str, type[ExpertForm]] = {
    enums.Section.ABOUT: AboutForm,
    enums.Section.AVAILABILITY: AvailabilityForm,
}
_FORMS = {
    section.slug: make_form(section, _OWN.get(section.slug, ExpertForm))
    for section in SECTIONS
    if section.slug != enums.Section.CV
}
