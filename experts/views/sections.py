"""One page for each section of a profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from core.forms import autosave
from core.sections.forms import SAVE_AND_LIST, SectionFormMixin
from core.sections.pages import SectionPage
from core.sections.questions import Section
from core.sections.saving import Saved
from core.uploads import PDF, stored_as_download
from experts import actions, enums, snapshots
from experts.exceptions import IncompleteProfile, NotNow
from experts.forms import CvForm, ExpertForm, form_for
from experts.sections import BY_SLUG, section_after
from experts.views.own_profile import OwnProfileMixin, section_address

KEPT_UNTIL_SAVED = gettext_lazy(
    "Not saved yet: OECD staff rely on this profile, so it changes when you press Save. "
    "Until then your text is kept on this device."
)
NOT_NOW = gettext_lazy("This is not possible now: the status of your profile has changed.")


class SectionView(OwnProfileMixin, SectionPage, TemplateView):
    needs_editable = True
    refusals = (IncompleteProfile,)

    @property
    def section(self) -> Section:
        return BY_SLUG[self.kwargs["section"]]

    def get_template_names(self) -> list[str]:
        return [f"experts/section_{self.section.slug}.html", "experts/section.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keep = KEPT_UNTIL_SAVED if self.expert.is_in_pool else ""
        return super().get_context_data(expert=self.expert, section=self.section, keep=keep, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, **kwargs)
        except NotNow as refusal:
            return self.refuse_change(str(refusal) or NOT_NOW)

    def refuse_change(self, text: Any) -> HttpResponse:
        return autosave.refused(text) if autosave.is_asked(self.request) else super().refuse_change(text)

    def why_only_by_button(self, form: SectionFormMixin) -> Any:
        """A profile that staff rely on changes by its button only; so does what somebody declares."""
        return "" if self.section.saves_itself and not self.expert.is_in_pool else KEPT_UNTIL_SAVED

    def form(self, data: Any = None) -> ExpertForm:
        return form_for(self.section)(
            data,
            read=lambda: snapshots.read(self.expert, self.section),
            answers=snapshots.take_section(self.expert, self.section.slug),
            is_draft=not self.expert.is_in_pool,
        )

    def save(self, form: SectionFormMixin) -> Saved:
        return actions.save_section(
            expert_id=self.expert.pk,
            section=self.section.slug,
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
            asked=form.asked,
            by=self.request.user,
        )

    def refused_words(self, refusal: Exception) -> list[Any]:
        return [gap.text for gap in refusal.gaps] if isinstance(refusal, IncompleteProfile) else []

    def redirect_onwards(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        messages.success(self.request, _("Saved: %(section)s.") % {"section": self.section.title})
        after = section_after(self.section)
        if SAVE_AND_LIST in self.request.POST:
            return HttpResponseRedirect(reverse("experts:profile"))
        return HttpResponseRedirect(section_address(after.slug) if after else reverse("experts:check"))


class CvView(OwnProfileMixin, TemplateView):
    needs_editable = True
    template_name = "experts/cv.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", CvForm(by=self.request.user))
        return super().get_context_data(expert=self.expert, section=enums.Section.CV, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CvForm(request.POST, request.FILES, by=request.user)
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
