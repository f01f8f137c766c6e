"""Who is told what about teams; every e-mail goes through the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from applications.applying.letter_texts import lead_of
from applications.models import PilotRegion
from core import jobs
from core.accounts.models import User
from core.mail.actions import post
from matching.briefing import RegionBriefing
from matching.models import Match, MatchRule, Proposal, RegionProposal

REMIND_AHEAD = timedelta(days=3)


def invite(region: PilotRegion, matches: Sequence[Match]) -> None:
    """Invite experts to a region's team, each with the region, the team and the days that it takes."""
    of_region = RegionBriefing(region)
    for match in matches:
        if not match.expert.user:
            continue
        # The briefing is worked out in the language of the expert.
        with override(match.expert.user.language):
            told = of_region.to(match)
        _to_expert("invitation", match, months=list(match.months.order_by("month")), briefing=told)


def confirm_acceptance(match: Match) -> None:
    """Confirm to the expert that the invitation was accepted."""
    _to_expert("accepted", match)


def tell_expert_ended(match: Match, reason: str) -> None:
    """Tell an expert that a match is over."""
    _to_expert("ended", match, reason=reason)


def remind_invited() -> None:
    """Remind experts whose time to answer runs out; once for each invitation."""
    due = Match.objects.to_remind(timezone.now(), REMIND_AHEAD).select_related("region", "expert__user")
    jobs.one_by_one(due.with_months(), partial(_to_expert, "reminder"))


def tell_region_proposed(proposal: RegionProposal, team: Sequence[Proposal]) -> None:
    """Tell the region's lead that a team was chosen and its experts are being asked."""
    _to_region("team_proposed", proposal.region, f"proposal:{proposal.pk}", team=team)


def tell_region_complete(region: PilotRegion, team: Sequence[Match]) -> None:
    """Tell the region's lead that all experts have accepted; a team is announced once."""
    members = ",".join(str(pk) for pk in sorted(match.pk for match in team))
    _to_region("team_complete", region, f"team:{members}", team=team)


def tell_staff_declined(match: Match, reason: str) -> None:
    """Tell who confirmed the match that it was declined."""
    _to_staff("declined", match, reason=reason)


def tell_staff_objected(ban: MatchRule, proposal: RegionProposal) -> None:
    """Tell who showed a team that the region refuses a member, or that an expert cannot serve the region."""
    if proposal.shown_by:
        key = f"proposal:{proposal.pk}:objected:{ban.origin}:{ban.expert_id}"
        _post("objected", proposal.shown_by, f"pilot:{ban.region_id}", key, rule=ban)


def confirm_declined(match: Match) -> None:
    """Confirm to the expert that the invitation was declined, and until when that can be taken back."""
    _to_expert("decline_noted", match, is_last_answer=True)


def tell_reopened(match: Match) -> None:
    """Tell the expert, and who confirmed the match, that a decline was taken back."""
    _to_expert("reopened", match, is_last_answer=True)
    _to_staff("reopened_by_expert", match)


def _to_staff(message: str, match: Match, **context: Any) -> None:
    key = f"{match.about}:{message}:{_last_change(match)}"
    _post(message, match.confirmed_by, match.about, key, match=match, **context)


def _to_expert(message: str, match: Match, *, is_last_answer: bool = False, **context: Any) -> None:
    """Write to the expert, once for each match, or once for each answer, which can be taken back."""
    # An expert who had all data deleted has no address any more.
    if match.expert.user:
        key = f"{match.about}:{message}" + (f":{_last_change(match)}" if is_last_answer else "")
        _post(message, match.expert.user, match.about, key, match=match, **context)


def _last_change(match: Match) -> int:
    """Return the key of what was done last; each match was begun at least."""
    return match.changes.latest("pk").pk


def _to_region(message: str, region: PilotRegion, key: str, **context: Any) -> None:
    lead = lead_of(region.application)
    if lead:
        _post(
            message,
            lead,
            f"pilot:{region.pk}",
            f"pilot:{region.pk}:{message}:{key}",
            region=region,
            **context,
        )


def _post(message: str, person: User, about: str, key: str, **context: Any) -> None:
    post(
        template=f"matching/email/{message}",
        to=person.email,
        language=person.language,
        context={"person": person, **context},
        about=about,
        dedupe_key=key,
    )
