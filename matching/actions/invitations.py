"""An expert answers an invitation."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.history import NotAllowed, move
from matching import emails
from matching.actions.rules import lift_pins_of
from matching.enums import MatchStatus
from matching.models import Match


@transaction.atomic
def accept(*, match_id: int, by: Any) -> Match:
    """Accept an invitation, as the expert; a region whose team is complete is told.

    Raises:
        NotAllowed: the invitation is somebody else's.
        IllegalMove: it was answered or ended before.
    """
    match = _locked_match_of(match_id, by)
    move(match, MatchStatus.ACCEPTED, by=by)
    emails.thank(match)
    team = match.region.matches.standing()
    if not team.awaiting_answer().exists():
        emails.tell_region_complete(match.region, list(team.select_related("expert__user")))
    return match


@transaction.atomic
def decline(*, match_id: int, by: Any, reason: str) -> Match:
    """Decline an invitation, as the expert; the place is free again and staff are told.

    Raises:
        NotAllowed: the invitation is somebody else's.
        IllegalMove: it was answered or ended before.
    """
    match = _locked_match_of(match_id, by)
    move(match, MatchStatus.DECLINED, by=by, reason=reason)
    lift_pins_of(match, by=by)
    emails.tell_staff_declined(match, reason)
    return match


def _locked_match_of(match_id: int, by: Any) -> Match:
    match = Match.objects.for_change().get(pk=match_id)
    if match.expert.user_id != by.pk:
        raise NotAllowed
    return match
