"""An expert answers an invitation."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.history import IllegalMove, NotAllowed, move
from experts.models import Expert
from matching import capacity, emails
from matching.actions.rules import lift_pins_of
from matching.completeness import team_state_of, without_current_match
from matching.enums import MatchStatus, TeamState
from matching.exceptions import OutOfDate
from matching.models import Match, MatchRule, Proposal, RegionProposal, Reservation

# Both sides are mailed each time; a default of ours, to confirm.
MAX_REOPENINGS = 3


@transaction.atomic
def accept(*, match_id: int, by: User) -> Match:
    """Accept an invitation, as the expert; a region whose team is complete is told.

    Raises:
        NotAllowed: the invitation is somebody else's.
        IllegalMove: it was answered or ended before, or the profile was withdrawn.
    """
    match = _locked_match_of(match_id, by)
    if not match.expert.is_in_pool:
        raise IllegalMove(match, MatchStatus.ACCEPTED)
    move(match, MatchStatus.ACCEPTED, by=by)
    emails.confirm_acceptance(match)
    if team_state_of(match.region_id) == TeamState.COMPLETE:
        team = match.region.matches.current().select_related("expert__user")
        emails.tell_region_complete(match.region, list(team))
    return match


@transaction.atomic
def decline(*, match_id: int, by: User, reason: str) -> Match:
    """Decline an invitation, as the expert; the place is free again, staff and the expert are told.

    Raises:
        NotAllowed: the invitation is somebody else's.
        IllegalMove: it was answered or ended before.
    """
    match = _locked_match_of(match_id, by)
    move(match, MatchStatus.DECLINED, by=by, reason=reason)
    lift_pins_of(match, by=by)
    emails.tell_staff_declined(match, reason)
    emails.confirm_declined(match)
    return match


@transaction.atomic
def reopen(*, match_id: int, by: User) -> Match:
    """Undo one's own decline: the invitation is open again until its deadline, and both sides are told.

    Raises:
        NotAllowed: the invitation is somebody else's.
        IllegalMove: it was not declined.
        OutOfDate: its time is over, the place is filled, or the expert's days no longer suffice.
    """
    wanted = Match.objects.get(pk=match_id)
    # In the order of `confirm_teams`: expert, region, match. Nobody fills the place or the days meanwhile.
    Expert.objects.select_for_update().get(pk=wanted.expert_id)
    PilotRegion.objects.select_for_update().get(pk=wanted.region_id)
    match = _locked_match_of(match_id, by)
    if not match.can_move(MatchStatus.INVITED):
        raise IllegalMove(match, MatchStatus.INVITED)
    if words := why_not_reopen(match):
        raise OutOfDate(words)
    move(match, MatchStatus.INVITED, by=by)
    emails.tell_reopened(match)
    return match


def why_not_reopen(match: Match) -> str:
    """Return why a declined invitation cannot be opened again, for its expert; empty if it can."""
    if match.changes.filter(from_status=MatchStatus.DECLINED).count() >= MAX_REOPENINGS:
        return _("You have already changed your answer several times. Contact us to change it again.")
    if not match.is_in_time:
        return _("The deadline for answering this invitation has passed.")
    if not match.region.is_active or not match.expert.is_available:
        return _("Your profile or the region is not available at the moment.")
    if not _is_place_free(match):
        return _("The place in the team has been given to somebody else, or is no longer open.")
    if not _has_days(match):
        return _("You no longer have enough free days, or you have reached your maximum number of regions.")
    return ""


def _is_place_free(match: Match) -> bool:
    """Whether the team that was confirmed last still waits for this expert in this role."""
    banned = MatchRule.objects.in_force().bans().filter(region=match.region_id, expert=match.expert_id)
    newest = RegionProposal.objects.latest_confirmed().filter(region=match.region_id)
    places = Proposal.objects.filter(region_proposal__in=newest, expert=match.expert_id, role=match.role)
    return not banned.exists() and without_current_match(places).exists()


def _has_days(match: Match) -> bool:
    expert = Expert.objects.get(pk=match.expert_id)
    current = list(Match.objects.current().filter(expert=expert).with_months())
    kept_back = list(Reservation.objects.in_force())
    offered = capacity.of_experts([expert], current, kept_back)[expert.pk]
    first = timezone.localdate().replace(day=1)
    return not capacity.is_exceeded(offered, [*current, match], first=first)


def _locked_match_of(match_id: int, by: User) -> Match:
    match = Match.objects.for_change().get(pk=match_id)
    if match.expert.user_id != by.pk:
        raise NotAllowed
    return match
