"""Before teams are confirmed: experts say where they would like to serve, leads of regions refuse members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from core import given_back
from core.accounts.logged_in import person_at
from core.bases import ViewBase
from core.half_days import days_in_words
from core.history import NotAllowed
from experts import snapshots, summaries
from experts.asked import asked_of
from experts.models import Expert
from matching import actions
from matching.exceptions import NothingToDo
from matching.forms import RefuseForm, WishForm
from matching.models import MatchRule, Proposal, RegionProposal
from matching.querysets import MatchRuleQuerySet, RegionProposalQuerySet

TOO_LATE = gettext_lazy("The team has been confirmed or a different one proposed. Nothing was changed.")


class OpenRegions(LoginRequiredMixin, ViewBase):
    """Regions to which a team was shown, for approved experts; nobody else finds anything."""

    def get_queryset(self) -> RegionProposalQuerySet:
        if not self.own_profile().exists():
            raise Http404
        return RegionProposal.objects.open().with_region_description().order_by("region__name")

    def own_profile(self) -> Any:
        return Expert.objects.approved().for_user(person_at(self.request))

    def own_rules(self) -> MatchRuleQuerySet:
        return MatchRule.objects.in_force().said_by_experts().filter(expert__in=self.own_profile())


class WishList(OpenRegions, ListView):
    template_name = "matching/wishes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = {rule.region_id: rule for rule in self.own_rules()}
        rows = [(proposal.region, said.get(proposal.region_id)) for proposal in self.object_list]
        return super().get_context_data(rows=rows, **kwargs)


class WishPage(OpenRegions, FormView):
    template_name = "matching/wish.html"
    form_class = WishForm

    @property
    def proposal(self) -> RegionProposal:
        return get_object_or_404(self.get_queryset(), region=self.kwargs["region"])

    def get_initial(self) -> dict[str, Any]:
        rule = self.own_rules().filter(region=self.kwargs["region"]).first()
        return {"wish": rule.kind if rule else "", "reason": rule.reason if rule else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(region=self.proposal.region, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        region = self.proposal.region
        answers = {name: form.cleaned_data[name] for name in ("wish", "reason")}
        try:
            actions.say_wish(region_id=region.pk, by=person_at(self.request), **answers)
        except (NotAllowed, NothingToDo) as refusal:
            return given_back.refuse(
                self.request, str(refusal) or TOO_LATE, back_url=reverse("matching:wishes")
            )
        messages.success(self.request, _("Your answer for %(region)s is saved.") % {"region": region})
        return HttpResponseRedirect(reverse("matching:wishes"))


@dataclass(frozen=True)
class ShownMember:
    """A proposed member as the region reads of them."""

    proposal: Proposal
    days: str
    parts: Any
    refusal: MatchRule | None


class ShownTeam(LoginRequiredMixin, ViewBase):
    """The team proposed to a region, for the lead of its application; nobody else finds it."""

    def team(self) -> RegionProposal:
        proposals = RegionProposal.objects.open_to(person_at(self.request)).with_team()
        return get_object_or_404(proposals, region__application__public_id=self.kwargs["public_id"])

    def member(self) -> Proposal:
        return get_object_or_404(self.team().members.select_related("expert"), pk=self.kwargs["member"])

    def back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("matching_teams:team", args=[self.kwargs["public_id"]]))


class TeamPage(ShownTeam, TemplateView):
    template_name = "matching/team.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        team = self.team()
        refusals = {
            rule.expert_id: rule
            for rule in MatchRule.objects.in_force().refusals().filter(region=team.region_id)
        }
        standing = set(team.region.matches.current().values_list("expert_id", flat=True))
        shown = [
            ShownMember(
                member,
                days_in_words(sum(member.half_days)),
                _profile(member.expert),
                refusals.get(member.expert_id),
            )
            for member in team.members.all()
        ]
        context = {"region": team.region, "members": shown, "standing": standing}
        return super().get_context_data(**context, **kwargs)


class RefusePage(ShownTeam, FormView):
    template_name = "matching/refuse.html"
    form_class = RefuseForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(member=self.member(), **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        member = self.member()
        try:
            actions.refuse_member(
                proposal_id=member.pk, by=person_at(self.request), reason=form.cleaned_data["reason"]
            )
        except (NotAllowed, NothingToDo) as refusal:
            return given_back.refuse(self.request, str(refusal) or TOO_LATE, back_url=self.back().url)
        messages.success(self.request, _("You have refused this expert. We will propose somebody else."))
        return self.back()


class TakeBack(ShownTeam, View):
    """Withdraws a refusal."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actions.take_back_refusal(proposal_id=self.member().pk, by=person_at(request))
        messages.success(request, _("Refusal withdrawn."))
        return self.back()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.back()


def _profile(expert: Expert) -> Any:
    return summaries.for_regions(snapshots.take(expert), asked_of(expert))
