"""A section of a draft: its title and its introduction, in all languages."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.questionnaires.actions import editing
from core.questionnaires.models import FormSection
from core.questionnaires.staff.forms import DraftSectionForm
from core.questionnaires.staff.in_place import InPlacePage, SectionPartPage
from core.questionnaires.staff.writing import WritingMixin


class AddSectionPage(WritingMixin[DraftSectionForm, FormSection], InPlacePage):
    """Adds a section at the end."""

    route, name = "<int:pk>/draft/section/add/", "add-section"
    title = gettext_lazy("Add section")
    panel = "admin/questionnaires/part.html"
    place = "sections-end"

    def form(self, data: QueryDict | None) -> DraftSectionForm:
        return DraftSectionForm(data, instance=FormSection(version=self.version))

    def save(self, form: DraftSectionForm) -> FormSection:
        return editing.add_section(version_id=self.version.pk, by=self.by, **form.values())

    def lead_on(self, form: DraftSectionForm, saved: FormSection) -> HttpResponse:
        words = _("Section added: “%(section)s”.") % {"section": saved.title}
        return self.done(words, self.line_url(f"section-{saved.pk}"))

    def show(self, form: DraftSectionForm) -> HttpResponse:
        return self.render(form=form, back_url=self.editor_url)


class ChangeSectionPage(WritingMixin[DraftSectionForm, None], SectionPartPage):
    """Changes a section."""

    route, name = "<int:pk>/draft/section/<int:section>/", "section"
    title = gettext_lazy("Edit section")
    panel = "admin/questionnaires/part.html"

    def form(self, data: QueryDict | None) -> DraftSectionForm:
        return DraftSectionForm(data, instance=self.section)

    def save(self, form: DraftSectionForm) -> None:
        editing.change_section(section_id=self.section.pk, by=self.by, values=form.values())

    def lead_on(self, form: DraftSectionForm, saved: None) -> HttpResponse:
        return self.done(_("Section saved."), self.place_url)

    def show(self, form: DraftSectionForm) -> HttpResponse:
        return self.render(form=form, key=self.section.key, back_url=self.place_url)
