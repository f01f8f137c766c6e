"""A section of a draft: its title and its introduction, in all languages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.questionnaires.actions import editing
from core.questionnaires.loading import read
from core.questionnaires.models import FormSection
from core.questionnaires.staff.draft_pages import DraftPage, SectionPartPage
from core.questionnaires.staff.forms import SectionForm
from core.questionnaires.staff.previews import preview_context


class AddSectionPage(DraftPage):
    """Adds a section at the end."""

    route, name = "<int:pk>/draft/section/add/", "add-section"
    title = gettext_lazy("Add a section")
    template_name = "admin/questionnaires/part.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=SectionForm(), back_url=self.editor_url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SectionForm(request.POST, instance=FormSection(version=self.version))
        if form.is_valid():
            with self.refusals_in(form):
                section = editing.add_section(version_id=self.version.pk, by=self.by, **form.values())
        if not form.is_valid():
            return self.render(form=form, back_url=self.editor_url)
        words = _("Section added: “%(section)s”.") % {"section": section.title}
        return self.done(words, f"{self.editor_url}#section-{section.pk}")


class SectionPage(SectionPartPage):
    """Changes a section."""

    route, name = "<int:pk>/draft/section/<int:section>/", "section"
    title = gettext_lazy("Edit a section")
    template_name = "admin/questionnaires/part.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(SectionForm(instance=self.section))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SectionForm(request.POST, instance=self.section)
        if form.is_valid():
            with self.refusals_in(form):
                editing.change_section(section_id=self.section.pk, by=self.by, values=form.values())
        if not form.is_valid():
            return self.show(form)
        return self.done(_("Section saved."), self.place_url)

    def show(self, form: SectionForm) -> HttpResponse:
        return self.render(
            form=form,
            key=self.section.key,
            back_url=self.place_url,
            **preview_context(self, read(self.version), self.section),
        )
