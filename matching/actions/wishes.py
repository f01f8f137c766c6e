"""Before teams are confirmed: staff show them, experts say their wishes, regions refuse members."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.history import NotAllowed, require
from experts.models import Expert
from matching import emails
from matching.actions.rules import lift
from matching.enums import RuleKind, RuleOrigin, RunStatus
from matching.exceptions import NothingToDo
from matching.models import MatchRule, MatchRun, Proposal, RegionProposal
from matching.querysets import MatchRuleQuerySet


@transaction.atomic
def show_teams(*, run_id: int, regions: Iterable[int], by: User) -> list[RegionProposal]:
    """Show proposed teams to the leads of their regions, and let experts say where they would like to serve.

    Args:
        regions: primary keys of the `RegionProposal` rows to show.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: the run has no result, nothing was chosen, a team is confirmed, or a region does not know
            its outcome yet.
    """
    require(by, "matching.run_matching")
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    proposals = list(run.region_proposals.served().for_change().filter(pk__in=list(regions)))
    if run.status != RunStatus.DONE or not proposals:
        raise NothingToDo(_("Choose at least one team."))
    for proposal in proposals:
        proposal.shown_at, proposal.shown_by = timezone.now(), by
        proposal.save(update_fields=["shown_at", "shown_by"])
    left = set(run.region_proposals.open().values_list("pk", flat=True))
    for proposal in proposals:
        if proposal.pk not in left:
            words = _(
                "The team for %(region)s cannot be shown. It has been confirmed, it is shown "
                "in a later run, or the letter to the region is still on hold."
            )
            raise NothingToDo(words % {"region": proposal.region})
    return proposals


@transaction.atomic
def refuse_member(*, proposal_id: int, reason: str, by: User) -> MatchRule:
    """Refuse a proposed member for the region that one leads: the runs to come leave the pair out.

    A pin of the pair is lifted.

    Raises:
        NotAllowed: the person does not lead the application of a region to which this member is shown.
        NothingToDo: the region refused the expert already, or the expert is in the team.
    """
    member = _shown_member(proposal_id, by)
    proposal = member.region_proposal
    region = PilotRegion.objects.select_for_update().get(pk=proposal.region_id)
    return _ban(region, member.expert, RuleOrigin.REGION, reason=reason, by=by, proposal=proposal)


@transaction.atomic
def take_back_refusal(*, proposal_id: int, by: User) -> None:
    """Withdraw the refusal of a proposed member, before the team is confirmed.

    Raises:
        NotAllowed: the person does not lead the application of a region to which this member is shown.
    """
    member = _shown_member(proposal_id, by)
    region = PilotRegion.objects.select_for_update().get(pk=member.region_proposal.region_id)
    for rule in _rules_of(region, member.expert, RuleOrigin.REGION):
        lift(rule, by)


@transaction.atomic
def say_wish(*, region_id: int, wish: str, reason: str = "", by: User) -> None:
    """Say as an approved expert whether one would like to serve a region, or cannot; the last word counts.

    Args:
        wish: `wished`, `forbidden` (cannot serve), or empty: neither.
        reason: why one cannot.

    Raises:
        NotAllowed: the person is no approved expert, or no team was shown to this region.
        NothingToDo: the expert stands in the team.
    """
    expert = Expert.objects.approved().for_user(by).first()
    region = PilotRegion.objects.select_for_update().filter(pk=region_id).first()
    proposal = RegionProposal.objects.open().filter(region=region_id).first()
    if expert is None or region is None or proposal is None:
        raise NotAllowed
    for rule in _rules_of(region, expert, RuleOrigin.EXPERT):
        lift(rule, by)
    if wish == RuleKind.FORBIDDEN:
        _ban(region, expert, RuleOrigin.EXPERT, reason=reason, by=by, proposal=proposal)
    elif wish == RuleKind.WISHED:
        pair = {"region": region, "expert": expert}
        MatchRule.objects.create(**pair, kind=RuleKind.WISHED, origin=RuleOrigin.EXPERT, made_by=by)


def _shown_member(proposal_id: int, by: User) -> Proposal:
    member = Proposal.objects.with_people().filter(pk=proposal_id).first()
    if member is None or not RegionProposal.objects.open_to(by).filter(pk=member.region_proposal_id).exists():
        raise NotAllowed
    return member


def _rules_of(region: PilotRegion, expert: Expert, origin: RuleOrigin) -> MatchRuleQuerySet:
    rules = MatchRule.objects.in_force().select_for_update()
    return rules.filter(region=region, expert=expert, origin=origin)


def _ban(
    region: PilotRegion,
    expert: Expert,
    origin: RuleOrigin,
    *,
    reason: str,
    by: User,
    proposal: RegionProposal,
) -> MatchRule:
    if region.matches.current().filter(expert=expert).exists():
        raise NothingToDo(_("The expert is already in this team."))
    if _rules_of(region, expert, origin).bans().exists():
        raise NothingToDo(_("You have already refused this expert."))
    for pin in MatchRule.objects.in_force().pins().filter(region=region, expert=expert):
        lift(pin, by)
    ban = MatchRule.objects.create(
        region=region, expert=expert, kind=RuleKind.FORBIDDEN, origin=origin, reason=reason, made_by=by
    )
    emails.tell_staff_objected(ban, proposal)
    return ban
