"""A profile as its owner sees it: the list of sections, the check before sending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core.accounts.logged_in import person_at
from core.history import IllegalMove
from core.questionnaires.carrying import no_longer_asked
from core.sections.questions import Section
from experts import actions, completeness, snapshots, summaries
from experts.asked import asked_of
from experts.carrying import news_for
from experts.enums import ExpertStatus, SectionState
from experts.exceptions import IncompleteProfile
from experts.models import Expert
from experts.views.own_profile import OwnProfileMixin, section_address

TONES: dict[str, str] = {
    ExpertStatus.SUBMITTED: "warning",
    ExpertStatus.APPROVED: "success",
    ExpertStatus.DECLINED: "danger",
    ExpertStatus.PAUSED: "info",
    SectionState.COMPLETE: "success",
    SectionState.INCOMPLETE: "warning",
}


class ProfileView(OwnProfileMixin, TemplateView):
    """The list of sections, and what can be done with the profile as it stands."""

    template_name = "experts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        news, version_id = news_for(self.expert)
        return super().get_context_data(
            expert=self.expert,
            tasks=[_task(self.expert, *item) for item in completeness.states(self.expert)],
            is_complete=not completeness.missing(self.expert),
            decision=self.expert.changes.last(),
            tone=TONES.get(self.expert.status, ""),
            news=news,
            news_version=version_id,
            unasked=[
                (question, snapshots.lines(self.expert, question))
                for question in no_longer_asked(self.expert, asked_of(self.expert).questions).values()
            ],
            **kwargs,
        )


class CheckView(OwnProfileMixin, TemplateView):
    """All answers in words, what is missing, who will see what; the button that sends."""

    template_name = "experts/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = asked_of(self.expert)
        addresses = {section.slug: section_address(self.expert, section) for section in asked}
        return super().get_context_data(
            expert=self.expert,
            parts=[
                {"part": part, "url": addresses[part.section.value]}
                for part in summaries.of_profile(snapshots.take(self.expert), asked)
            ],
            gaps=[
                {"gap": gap, "url": f"{section_address(self.expert, gap.section)}#{gap.anchor}"}
                for gap in completeness.missing(self.expert)
            ],
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            expert = actions.submit(expert_id=self.expert.pk, by=person_at(request))
        except IncompleteProfile:
            return self.render_to_response(self.get_context_data())
        except IllegalMove:
            messages.info(request, _("Your profile has already been submitted."))
            return HttpResponseRedirect(self.expert.address("profile"))
        if expert.is_test:
            messages.success(
                request,
                _("The test is complete: a real profile would now be submitted. Nothing has been sent."),
            )
            return HttpResponseRedirect(self.expert.address("profile"))
        text = _("Your profile has been submitted. We have sent a receipt to %(email)s.")
        messages.success(request, text % {"email": expert.owner.email})
        return HttpResponseRedirect(self.expert.address("profile"))


class SeenByView(OwnProfileMixin, TemplateView):
    """What regions would read, exactly."""

    template_name = "experts/seen_by.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = summaries.for_regions(snapshots.take(self.expert), asked_of(self.expert))
        return super().get_context_data(expert=self.expert, parts=parts, **kwargs)


def _task(expert: Expert, section: Section, state: SectionState) -> dict[str, Any]:
    return {
        "label": section.title,
        "status": state.label,
        "tone": TONES.get(state, ""),
        "url": section_address(expert, section),
    }
