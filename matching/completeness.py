"""Which teams wait or are complete, and which calls are served: what takes rows of several models."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from applications.models import PilotRegion
from applications.querysets import PilotRegionQuerySet
from core.accounts.models import User
from core.annotating import ReadWith
from matching.enums import TeamState
from matching.models import Match, MatchChange, MatchRun, Proposal, RegionProposal, Reservation
from matching.querysets import LEFT, ProposalQuerySet, RegionProposalQuerySet, ReservationQuerySet


class CallServed(TypedDict):
    is_call_served: bool


class StateOfTeam(TypedDict):
    team_state: str


RegionWithTeamState = ReadWith[PilotRegion, StateOfTeam]
ReservationToJudge = ReadWith[Reservation, CallServed]


def awaiting_confirmation_by(user: User) -> RegionProposalQuerySet:
    """Return teams of the last run with a result, if somebody else started it and none is confirmed yet."""
    newest = MatchRun.objects.done().values("pk")[:1]
    proposed = RegionProposal.objects.served().filter(run__in=newest, confirmed_at__isnull=True)
    return proposed.exclude(run__requested_by=user)


def without_current_match(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Return the places in teams that nobody stands in."""
    current = Match.objects.current().filter(
        region=OuterRef("region_proposal__region"), expert=OuterRef("expert"), role=OuterRef("role")
    )
    return proposals.exclude(Exists(current))


def complete_teams() -> RegionProposalQuerySet:
    """Return confirmed teams all of whose members still stand; the others wait for somebody new."""
    fallen = without_current_match(Proposal.objects.filter(region_proposal=OuterRef("pk")))
    return RegionProposal.objects.latest_confirmed().exclude(Exists(fallen))


def team_state() -> Case:
    """Return the `TeamState` of a pilot region: never that of a whole team if a member has left."""
    current = Match.objects.current().filter(region=OuterRef("pk"))
    confirmed = RegionProposal.objects.confirmed().filter(region=OuterRef("pk"))
    whole = complete_teams().filter(region=OuterRef("pk"))
    return Case(
        When(~Exists(confirmed), then=Value(TeamState.NONE)),
        When(~Exists(whole), then=Value(TeamState.INCOMPLETE)),
        When(Exists(current.awaiting_answer()), then=Value(TeamState.AWAITED)),
        default=Value(TeamState.COMPLETE),
    )


def team_state_of(region_id: int) -> TeamState:
    """Return how far the team of one pilot region is now."""
    states = PilotRegion.objects.filter(pk=region_id).annotate(state=team_state())
    return TeamState(states.values_list("state", flat=True).get())


def with_team_state(regions: QuerySet[PilotRegion]) -> QuerySet[RegionWithTeamState]:
    """Add `team_state`."""
    return regions.annotate(team_state=team_state())


def without_a_team(regions: PilotRegionQuerySet) -> QuerySet[RegionWithTeamState]:
    """Return the active ones for which no team was ever confirmed."""
    return with_team_state(regions.active()).filter(team_state=TeamState.NONE)


def lacking_a_member(regions: PilotRegionQuerySet) -> QuerySet[RegionWithTeamState]:
    """Return the active ones whose team somebody has left, with the time of the last as `left_at`."""
    left = MatchChange.objects.filter(target__region=OuterRef("pk"), to_status__in=LEFT).order_by("-pk")
    found = with_team_state(regions.active()).filter(team_state=TeamState.INCOMPLETE)
    return found.annotate(left_at=Subquery(left.values("at")[:1]))


def with_call_served(reservations: QuerySet[Reservation]) -> QuerySet[ReservationToJudge]:
    """Add `is_call_served`: the call has pilot regions, and each of them has its whole team."""
    regions = PilotRegion.objects.active().filter(application__call=OuterRef("call"))
    teams = complete_teams().filter(region=OuterRef("pk"))
    return reservations.annotate(is_call_served=Exists(regions) & ~Exists(regions.exclude(Exists(teams))))


def to_release(reservations: ReservationQuerySet) -> QuerySet[ReservationToJudge]:
    """Return those in force, though what they were kept back for is done."""
    served = with_call_served(reservations.in_force())
    return served.filter(is_call_served=True)
