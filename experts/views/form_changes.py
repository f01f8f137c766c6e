"""The form of experts changed: what is new, and what nobody asks any more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.accounts.logged_in import person_at
from core.questionnaires.carrying import no_longer_asked
from core.sections.questions import Question
from experts import actions, snapshots
from experts.asked import asked_of
from experts.exceptions import NotNow
from experts.views.own_profile import OwnProfileMixin


class FollowFormView(OwnProfileMixin, View):
    """The button under the news; the page itself is the profile."""

    needs_editable = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest, version: int) -> HttpResponse:
        try:
            actions.follow_form(expert_id=self.expert.pk, by=person_at(request), version_id=version)
        except NotNow:
            messages.info(request, _("The form has changed again. See what is new below."))
        return HttpResponseRedirect(self.expert.address("profile"))


class RemoveUnaskedView(OwnProfileMixin, TemplateView):
    """Asks first: what somebody has written is not lost by one press."""

    needs_editable = True
    template_name = "experts/remove_unasked.html"

    @cached_property
    def question(self) -> Question:
        left = no_longer_asked(self.expert, asked_of(self.expert).questions)
        try:
            return left[self.kwargs["name"]]
        except KeyError:
            raise Http404 from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = snapshots.lines(self.expert, self.question)
        return super().get_context_data(expert=self.expert, question=self.question, lines=lines, **kwargs)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        try:
            actions.remove_unasked(expert_id=self.expert.pk, by=person_at(request), name=name)
        except NotNow:
            messages.info(request, _("This answer is part of the form, or has already been removed."))
        else:
            messages.success(request, _("Answer removed."))
        return HttpResponseRedirect(self.expert.address("profile"))
