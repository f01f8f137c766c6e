"""Which teams wait or are complete, and which calls are served: what takes rows of several models."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import PilotRegion
from core.accounts.models import User
from core.annotating import ReadWith
from matching.models import Match, MatchRun, Proposal, RegionProposal, Reservation
from matching.querysets import ProposalQuerySet, RegionProposalQuerySet, ReservationQuerySet


class CallServed(TypedDict):
    is_call_served: bool


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


def with_call_served(reservations: QuerySet[Reservation]) -> QuerySet[ReservationToJudge]:
    """Add `is_call_served`: the call has pilot regions, and each of them has its whole team."""
    regions = PilotRegion.objects.active().filter(application__call=OuterRef("call"))
    teams = complete_teams().filter(region=OuterRef("pk"))
    return reservations.annotate(is_call_served=Exists(regions) & ~Exists(regions.exclude(Exists(teams))))


def to_release(reservations: ReservationQuerySet) -> QuerySet[ReservationToJudge]:
    """Return those in force, though what they were kept back for is done."""
    served = with_call_served(reservations.in_force())
    return served.filter(is_call_served=True)
