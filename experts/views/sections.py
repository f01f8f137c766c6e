"""One page for each section of a profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from core.accounts.logged_in import person_at
from core.forms import autosave
from core.keys import is_key
from core.phrases import StrOrPromise
from core.sections.forms import SAVE_AND_LIST, SectionFormMixin
from core.sections.pages import FORM_CHANGED, SectionPage
from core.sections.questions import Questionnaire, Section
from core.sections.saving import Saved
from core.uploads import PDF, stored_as_download
from experts import actions, snapshots
from experts.asked import asked_of, asked_on
from experts.core_questions import CV
from experts.exceptions import IncompleteProfile, NotNow
from experts.forms import CvForm, ExpertForm, form_for, notes_on
from experts.models import Expert
from experts.views.own_profile import OwnProfileMixin, section_address

KEPT_UNTIL_SAVED = gettext_lazy(
    "Not saved yet. OECD staff rely on this profile, so it only changes when you save. Until "
    "then, your text is kept on this device."
)
NOT_NOW = gettext_lazy("This is no longer possible because the status of your profile has changed.")


class SectionView(OwnProfileMixin, SectionPage, TemplateView):
    template_name = "experts/section.html"
    needs_editable = True
    refusals = (IncompleteProfile,)

    @cached_property
    def asked(self) -> Questionnaire:
        """The form as the page asks it: one that is sent may have been drawn before the form changed."""
        return asked_on(self.expert, self.page_version)

    @cached_property
    def section(self) -> Section:
        section = self.asked.section(self.kwargs["section"])
        if section is None or section.asks(CV):
            raise Http404
        return section

    @cached_property
    def page_version(self) -> int | None:
        """The version of the form on which the page that is sent was drawn."""
        sent = self.request.POST.get("form_version", "")
        return int(sent) if is_key(sent) else None

    @property
    def is_outdated(self) -> bool:
        """Whether the form has changed since the page was drawn that is sent."""
        return self.page_version not in (None, self.expert.form_version_id)

    @property
    def note(self) -> StrOrPromise:
        return FORM_CHANGED if self.is_outdated else ""

    @property
    def has_address(self) -> bool:
        return asked_of(self.expert).section(self.section.slug) is not None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            expert=self.expert,
            section=self.section,
            notes=notes_on(self.section),
            keep=KEPT_UNTIL_SAVED if self.expert.is_in_pool else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, **kwargs)
        except NotNow as refusal:
            return self.refuse_change(str(refusal) or NOT_NOW)

    def refuse_change(self, text: StrOrPromise) -> HttpResponse:
        return autosave.refused(text) if autosave.is_asked(self.request) else super().refuse_change(text)

    def why_only_by_button(self, form: SectionFormMixin) -> StrOrPromise:
        """A profile that staff rely on changes by its button only; so does what somebody declares."""
        return "" if self.section.saves_itself and not self.expert.is_in_pool else KEPT_UNTIL_SAVED

    def form(self, data: QueryDict | None = None) -> ExpertForm:
        return form_for(self.section)(
            data,
            read=lambda: snapshots.read(self.expert, [self.section]),
            answers=snapshots.take_section(self.expert, self.section),
            is_draft=not self.expert.is_in_pool,
            hidden={"form_version": self.expert.form_version_id},
            questionnaire=self.asked,
            read_others=lambda: snapshots.read(self.expert, self.asked),
        )

    def save(self, form: SectionFormMixin) -> Saved:
        return actions.save_section(
            expert_id=self.expert.pk,
            section=self.section.slug,
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
            asked=form.asked,
            version_id=self.page_version,
            by=person_at(self.request),
        )

    def refused_words(self, refusal: Exception) -> list[StrOrPromise]:
        return [gap.text for gap in refusal.gaps] if isinstance(refusal, IncompleteProfile) else []

    def redirect_onwards(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        messages.success(self.request, _("Saved: %(section)s.") % {"section": self.section.title})
        if self.is_outdated:
            changed = _("The form has changed since you opened that page. The current questions are below.")
            messages.warning(self.request, changed)
            return HttpResponseRedirect(self.expert.address("profile"))
        if SAVE_AND_LIST in self.request.POST:
            return HttpResponseRedirect(self.expert.address("profile"))
        return HttpResponseRedirect(address_after(self.expert, self.section))


def address_after(expert: Expert, section: Section) -> str:
    """Return where one goes on from a section: to the next one, after the last to the check."""
    after = asked_of(expert).after(section, among=snapshots.asked_now(expert))
    return section_address(expert, after) if after else expert.address("check")


class CvView(OwnProfileMixin, TemplateView):
    needs_editable = True
    template_name = "experts/cv.html"

    @cached_property
    def section(self) -> Section:
        section = asked_of(self.expert).section_of(CV)
        assert section
        return section

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        onwards = address_after(self.expert, self.section)
        return super().get_context_data(expert=self.expert, section=self.section, onwards=onwards, **kwargs)

    def form(self, *sent: Any) -> CvForm:
        return CvForm(*sent, question=self.section.question(CV), by=person_at(self.request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        file = form.cleaned_data["cv"]
        try:
            actions.store_cv(expert_id=self.expert.pk, file=file, checked=form.checked, by=person_at(request))
        except NotNow as refusal:
            return self.refuse_change(str(refusal) or NOT_NOW)
        messages.success(request, _("Your CV has been uploaded."))
        return HttpResponseRedirect(self.expert.address("cv"))


class CvFileView(OwnProfileMixin, View):
    def get(self, request: HttpRequest) -> FileResponse:
        if not self.expert.cv:
            raise Http404
        return stored_as_download(self.expert.cv, name=self.expert.cv_name, content_type=PDF)


class RemoveCvView(OwnProfileMixin, View):
    needs_editable = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.remove_cv(expert_id=self.expert.pk, by=person_at(request))
        except NotNow:
            return HttpResponseRedirect(self.expert.address("profile"))
        messages.success(request, _("Your CV has been removed."))
        return HttpResponseRedirect(self.expert.address("cv"))
