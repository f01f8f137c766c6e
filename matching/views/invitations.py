"""An expert reads and answers invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import DetailView, FormView, ListView

from core import given_back
from core.accounts.logged_in import person_at
from core.bases import ViewBase
from core.calendars import calendar_file, calendar_response
from core.history import IllegalMove
from matching import actions, calendar
from matching.briefing import RegionBriefing
from matching.exceptions import OutOfDate
from matching.forms import DeclineForm
from matching.models import Match
from matching.querysets import MatchQuerySet

TOO_LATE = gettext_lazy("This invitation has already been answered or has ended. Nothing was changed.")


class OwnMatches(LoginRequiredMixin, ViewBase):
    """Only the matches of the person at the screen; any other is not found."""

    slug_field = slug_url_kwarg = "public_id"

    def get_queryset(self) -> MatchQuerySet:
        return Match.objects.for_expert_user(person_at(self.request))

    def get_match(self) -> Match:
        return get_object_or_404(self.get_queryset(), public_id=self.kwargs["public_id"])

    def page_of(self, match: Match) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("matching:match", args=[match.public_id]))

    def warn_too_late(self) -> None:
        messages.warning(self.request, TOO_LATE)


class MatchList(OwnMatches, ListView):
    template_name = "matching/matches.html"
    context_object_name = "matches"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_accepted = any(match.is_accepted for match in self.object_list)
        return super().get_context_data(has_accepted=has_accepted, **kwargs)


class CalendarFile(OwnMatches, View):
    """The accepted matches, month by month, for the calendar of the person at the screen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        entries = calendar.entries(self.get_queryset().accepted())
        if not entries:
            raise Http404
        content = calendar_file(entries, name=_("IMPACT: my regions"), at=timezone.now())
        return calendar_response(content, name="impact")


class MatchPage(OwnMatches, DetailView):
    template_name = "matching/match.html"
    context_object_name = "match"

    def get_queryset(self) -> MatchQuerySet:
        return super().get_queryset().with_region_description()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.object
        why_not = actions.why_not_reopen(match) if match.is_declined else ""
        can_reopen = match.is_declined and not why_not
        told = RegionBriefing(match.region).to(match) if match.is_standing or can_reopen else None
        context = {"briefing": told, "can_reopen": can_reopen, "why_not_reopen": why_not}
        return super().get_context_data(**kwargs) | context


class Accept(OwnMatches, View):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        match = self.get_match()
        try:
            actions.accept(match_id=match.pk, by=person_at(request))
        except IllegalMove:
            self.warn_too_late()
        else:
            messages.success(request, _("Thank you. You are now in the team. We have sent you an e-mail."))
        return self.page_of(match)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page_of(self.get_match())


class Decline(OwnMatches, FormView):
    """Asks why, then once more whether, and declines."""

    template_name = "matching/decline.html"
    form_class = DeclineForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = self.get_match()
        return super().get(request, *args, **kwargs) if match.is_open else self.page_of(match)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(match=self.get_match(), **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        match = self.get_match()
        if "is_sure" not in self.request.POST:
            # Every field in a hidden one: nothing that was typed is lost.
            context = {"match": match, "reason": form.cleaned_data["reason"]}
            return render(self.request, "matching/decline_sure.html", context)
        try:
            actions.decline(match_id=match.pk, by=person_at(self.request), reason=form.cleaned_data["reason"])
        except IllegalMove:
            return given_back.refuse(self.request, TOO_LATE, back_url=self.page_of(match).url)
        messages.success(
            self.request,
            _("You have declined the invitation. We will confirm this by e-mail. Thank you for telling us."),
        )
        return self.page_of(match)


class Reopen(OwnMatches, View):
    """Takes back a decline."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        match = self.get_match()
        try:
            actions.reopen(match_id=match.pk, by=person_at(request))
        except IllegalMove:
            self.warn_too_late()
        except OutOfDate as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The invitation is open again. You can now accept it."))
        return self.page_of(match)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page_of(self.get_match())
