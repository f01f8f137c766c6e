"""One page for each section of a profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from core.forms import autosave
from core.uploads import PDF, stored_as_download
from experts import actions, forms, snapshots, summaries
from experts.enums import Section
from experts.exceptions import IncompleteProfile, NotNow, StaleSection
from experts.forms.base import SAVE_AND_LIST, SectionForm
from experts.models import Expert
from experts.views.access import OwnProfileMixin, section_address

KEPT_UNTIL_SAVED = gettext_lazy(
    "Not saved yet: OECD staff rely on this profile, so it changes when you press Save. "
    "Until then your text is kept on this device."
)
NOT_NOW = gettext_lazy("This is not possible now: the status of your profile has changed.")
FORMS: dict[str, type[SectionForm]] = {
    Section.ABOUT: forms.AboutForm,
    Section.LANGUAGES: forms.LanguagesForm,
    Section.EXPERTISE: forms.ExpertiseForm,
    Section.AVAILABILITY: forms.AvailabilityForm,
    Section.ROLES: forms.RolesForm,
    Section.ORGANISATIONS: forms.OrganisationsForm,
    Section.DECLARATIONS: forms.DeclarationsForm,
}


class SectionView(OwnProfileMixin, TemplateView):
    needs_editable = True

    def get_template_names(self) -> list[str]:
        return [f"experts/section_{self.kwargs['section']}.html", "experts/section.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["section"] = Section(self.kwargs["section"])
        kwargs.setdefault("form", self.form())
        keep = KEPT_UNTIL_SAVED if self.expert.is_in_pool else ""
        return super().get_context_data(expert=self.expert, keep=keep, **kwargs)

    def post(self, request: HttpRequest, section: str) -> HttpResponse:
        form = self.form(request.POST)
        if autosave.is_asked(request):
            return self.autosaved(form)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            self.save(form)
        except StaleSection as stale:
            return self.show_both(form, stale.answers)
        except IncompleteProfile as refusal:
            form.add_error(None, [gap.label for gap in refusal.gaps])
            return self.render_to_response(self.get_context_data(form=form))
        except NotNow as refusal:
            return self.refuse_change(str(refusal) or NOT_NOW)
        messages.success(request, _("Saved: %(section)s.") % {"section": Section(section).label})
        return HttpResponseRedirect(_next_address(request, section))

    def autosaved(self, form: SectionForm) -> HttpResponse:
        """Save what is valid of a draft; a profile that staff rely on changes by its button only."""
        form.is_valid()
        if self.expert.is_in_pool or not form.saves_itself:
            return autosave.refused(KEPT_UNTIL_SAVED)
        try:
            expert = self.save(form)
        except StaleSection:
            return autosave.refused(_("Changed elsewhere meanwhile. Press Save to see both texts."))
        answers = snapshots.take_section(expert, self.kwargs["section"])
        return autosave.saved(base=snapshots.digest(answers), problems=form.problems)

    def refuse_change(self, text: str) -> HttpResponse:
        return autosave.refused(text) if autosave.is_asked(self.request) else super().refuse_change(text)

    def save(self, form: SectionForm) -> Expert:
        return actions.save_section(
            expert_id=self.expert.pk,
            section=self.kwargs["section"],
            answers=form.answers,
            base=form.data.get("base", ""),
            by=self.request.user,
        )

    def form(self, data: Any = None) -> SectionForm:
        section = self.kwargs["section"]
        answers = snapshots.take_section(self.expert, section)
        return FORMS[section](data, answers=answers, is_draft=not self.expert.is_in_pool)

    def show_both(self, form: SectionForm, saved: snapshots.Answers) -> HttpResponse:
        """Show what is saved beside what was typed; the next press saves over it."""
        section = self.kwargs["section"]
        conflict = summaries.section_differences(section, saved, form.answers)
        form.start_from(saved)
        return self.render_to_response(self.get_context_data(form=form, conflict=conflict), status=409)


class CvView(OwnProfileMixin, TemplateView):
    needs_editable = True
    template_name = "experts/cv.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", forms.CvForm(by=self.request.user))
        return super().get_context_data(expert=self.expert, section=Section.CV, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.CvForm(request.POST, request.FILES, by=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        file = form.cleaned_data["cv"]
        try:
            actions.store_cv(expert_id=self.expert.pk, file=file, checked=form.checked, by=request.user)
        except NotNow as refusal:
            return self.refuse_change(str(refusal) or NOT_NOW)
        messages.success(request, _("Your CV is stored."))
        return HttpResponseRedirect(reverse("experts:cv"))


class CvFileView(OwnProfileMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.expert.cv:
            raise Http404
        return stored_as_download(self.expert.cv, name=self.expert.cv_name, content_type=PDF)


class RemoveCvView(OwnProfileMixin, View):
    needs_editable = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.remove_cv(expert_id=self.expert.pk, by=request.user)
        except NotNow:
            return HttpResponseRedirect(reverse("experts:profile"))
        messages.success(request, _("Your CV is removed."))
        return HttpResponseRedirect(reverse("experts:cv"))


def _next_address(request: HttpRequest, section: str) -> str:
    after = Section.values.index(section) + 1
    if SAVE_AND_LIST in request.POST:
        return reverse("experts:profile")
    if after == len(Section.values):
        return reverse("experts:check")
    return section_address(Section.values[after])
