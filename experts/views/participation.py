"""Pause, resume, withdraw, come back, confirm, delete: a page that explains, and its one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from core.accounts.logged_in import person_at
from core.accounts.proofs import prove_again
from core.history import IllegalMove, NotAllowed
from experts import actions
from experts.exceptions import NotNow
from experts.views.own_profile import OwnProfileMixin

DONE = {
    "pause": _("Your profile has been paused."),
    "resume": _("Your profile is active again."),
    "withdraw": _("Your profile has been withdrawn."),
    "reopen": _("Your profile has been reopened as a draft."),
    "confirm": _("Thank you. You have confirmed that your profile is up to date."),
}
HEADINGS = {
    "pause": _("Pause my profile"),
    "resume": _("Resume my profile"),
    "withdraw": _("Withdraw my profile"),
    "reopen": _("Reopen my profile"),
    "confirm": _("My profile is up to date"),
}


class ParticipationView(OwnProfileMixin, TemplateView):
    """GET explains what the button does; POST does it."""

    verb = ""
    action: Callable[..., Any] | None = None

    def get_template_names(self) -> list[str]:
        return [f"experts/{self.verb}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = HEADINGS.get(self.verb, "")
        return super().get_context_data(expert=self.expert, heading=heading, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            self.act()
        except IllegalMove:
            messages.info(
                request, _("This is no longer possible because the status of your profile has changed.")
            )
        except (NotAllowed, NotNow) as refusal:
            messages.error(request, str(refusal) or _("This is not possible at the moment."))
        else:
            messages.success(request, DONE[self.verb])
        return HttpResponseRedirect(self.expert.address("profile"))

    def act(self) -> None:
        assert self.action
        self.action(expert_id=self.expert.pk, by=person_at(self.request))


class EraseView(ParticipationView):
    verb = "erase"

    @method_decorator(prove_again)
    def post(self, request: HttpRequest) -> HttpResponse:
        expert = actions.erase(expert_id=self.expert.pk, by=person_at(request))
        if expert.erased_at:
            messages.success(request, _("Your expert profile and its data have been deleted."))
            return HttpResponseRedirect(reverse("experts:index"))
        messages.info(
            request,
            _(
                "Your profile has been withdrawn and your request to delete it has been "
                "recorded. OECD staff will write to you."
            ),
        )
        return HttpResponseRedirect(self.expert.address("profile"))
