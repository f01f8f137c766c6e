"""Confirm proposed teams and end matches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import NotAllowed, move, require
from experts.models import Expert
from matching import capacity, emails, invited, readiness
from matching.actions.rules import lift_pins_of
from matching.capacity import Capacity
from matching.enums import MatchStatus, RunStatus
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match, MatchMonth, MatchRule, MatchRun, Proposal, RegionProposal, Reservation

# A default of ours, to be confirmed by staff.
DAYS_TO_ANSWER = 10


@transaction.atomic
def confirm_teams(
    *, run_id: int, regions: Iterable[int], by: User, accepting: Acceptance | None = None
) -> list[Match]:
    """Turn proposed teams into matches, invite the experts and tell the regions.

    Args:
        run_id: a run that is done.
        regions: primary keys of the `RegionProposal` rows to confirm.
        by: may confirm, and is not the person who started the run.
        accepting: the person's word that they are confirmed although something is unfinished.

    Returns:
        The new matches. Members who had the same match already keep it.

    Raises:
        NotAllowed: the person may not, or started the run.
        NotFinished: something is unfinished (`readiness.before_confirmation`), such as a proof.
        NothingToDo: nothing was chosen, or a region does not know its outcome yet.
        OutOfDate: a team was confirmed meanwhile, or a region or an expert is no longer free.
    """
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    _require_second_person(run, by)
    proposals = list(run.region_proposals.served().for_change().filter(pk__in=list(regions)))
    if not proposals:
        raise NothingToDo(_("Choose at least one team."))
    members = list(Proposal.objects.filter(region_proposal__in=proposals).with_people())
    # Capacity is counted under the lock of the experts' rows, as two people may confirm at once.
    list(Expert.objects.select_for_update().filter(pk__in=[m.expert_id for m in members]).order_by("pk"))
    _refuse_stale(proposals)
    _refuse_reopened(run, proposals, members)
    _refuse_objected(members)
    _refuse_untold(proposals)
    unfinished = readiness.before_confirmation(run)
    require_finished(unfinished, accepting)
    before = _capacities({m.expert_id for m in members})
    new = [match for proposal in proposals for match in _confirm_team(run, proposal, members, by)]
    _refuse_overload(run, before)
    record(readiness.CONFIRMING, run, by=by, unfinished=unfinished, accepting=accepting)
    return new


@transaction.atomic
def end_match(*, match_id: int, by: User, reason: str) -> Match:
    """End a match; its days are free again, the expert is told.

    Raises:
        NotAllowed: the person may not.
        IllegalMove: it is over already.
    """
    require(by, "matching.confirm_match")
    match = Match.objects.for_change().get(pk=match_id)
    _end(match, by=by, reason=reason)
    lift_pins_of(match, by=by)
    return match


def end_matches_of(region: PilotRegion, *, by: User, reason: str) -> None:
    """End all that is current in a locked region, inside the action that ends the region."""
    for match in Match.objects.current().for_change().filter(region=region).order_by("pk"):
        _end(match, by=by, reason=reason)
        lift_pins_of(match, by=by)


def why_not_this_person(run: MatchRun, by: User) -> str:
    """Say that a second person has to confirm, to whoever started the run; to others nothing."""
    return (
        _("You started this run, so another person must confirm its teams.")
        if run.requested_by_id == by.pk
        else ""
    )


def _require_second_person(run: MatchRun, by: User) -> None:
    require(by, "matching.confirm_match")
    if words := why_not_this_person(run, by):
        raise NotAllowed(words)
    if run.status != RunStatus.DONE:
        raise NothingToDo(_("This run has no result."))


def _refuse_stale(proposals: Sequence[RegionProposal]) -> None:
    ids = [proposal.region_id for proposal in proposals]
    active = PilotRegion.objects.active().select_for_update().in_bulk(ids)
    newer = set(
        RegionProposal.objects.confirmed()
        .filter(region_id__in=ids, run_id__gte=proposals[0].run_id)
        .values_list("region_id", flat=True)
    )
    for proposal in proposals:
        if proposal.region_id not in active:
            raise OutOfDate(_("%(region)s is no longer a pilot region.") % {"region": proposal.region})
        if proposal.region_id in newer:
            raise OutOfDate(
                _("A team for %(region)s has already been confirmed from this run or a later one.")
                % {"region": proposal.region}
            )


def _refuse_untold(proposals: Sequence[RegionProposal]) -> None:
    """Experts and regions hear of a team; so nobody may before the letter with the outcome has left."""
    for proposal in proposals:
        if proposal.region.application.has_held_letter:
            words = _(
                "The letter to %(region)s is still on hold. Release it first, because nobody "
                "may be told before then."
            )
            raise NothingToDo(words % {"region": proposal.region})


def _refuse_objected(members: Sequence[Proposal]) -> None:
    """Refuse a team with a member whom the region has refused, or who has said that they cannot serve it."""
    bans = MatchRule.objects.in_force().bans().by_outsiders()
    objected = {(rule.region_id, rule.expert_id): rule for rule in bans.with_pair()}
    for member in members:
        if rule := objected.get((member.region_proposal.region_id, member.expert_id)):
            words = _("%(expert)s, %(region)s: %(verb)s. Start a new run.")
            said = {"expert": rule.expert, "region": rule.region, "verb": rule.verb}
            raise OutOfDate(words % said)


def _refuse_reopened(run: MatchRun, proposals: Sequence[RegionProposal], members: Sequence[Proposal]) -> None:
    """Refuse a run that could not know of somebody who took back a decline since."""
    wanted = {(m.region_proposal.region_id, m.expert_id) for m in members}
    regions = [proposal.region_id for proposal in proposals]
    for match in Match.objects.current().filter(region__in=regions).reopened_since(run.requested_at):
        if (match.region_id, match.expert_id) not in wanted:
            words = _("%(expert)s has since reopened the invitation. Start a new run.")
            raise OutOfDate(words % {"expert": match.expert})


def _confirm_team(
    run: MatchRun, proposal: RegionProposal, members: Sequence[Proposal], by: User
) -> list[Match]:
    proposal.confirmed_at, proposal.confirmed_by = timezone.now(), by
    proposal.save(update_fields=["confirmed_at", "confirmed_by"])
    team = [member for member in members if member.region_proposal_id == proposal.pk]
    current = {match.expert_id: match for match in proposal.region.matches.current().select_for_update()}
    wanted = {member.expert_id: member.role for member in team}
    for match in current.values():
        if wanted.get(match.expert_id) != match.role:
            _end(match, by=by, reason=_("A new team has been confirmed for the region."))
    new = [
        _invite(member, by)
        for member in team
        if member.expert_id not in current or current[member.expert_id].role != member.role
    ]
    for member in team:
        _write_months(run, member)
    emails.invite(proposal.region, new)
    emails.tell_region_proposed(proposal, team)
    return new


def _invite(member: Proposal, by: User) -> Match:
    if not member.expert.is_available:
        raise OutOfDate(_("%(expert)s is no longer available. Start a new run.") % {"expert": member.expert})
    match = Match.objects.create(
        region=member.region_proposal.region,
        expert=member.expert,
        role=member.role,
        proposal=member,
        confirmed_by=by,
        answer_by=timezone.now() + timedelta(days=DAYS_TO_ANSWER),
    )
    match.changes.create(to_status=MatchStatus.INVITED, by=by)
    transaction.on_commit(invited.people.forget)
    return match


def _write_months(run: MatchRun, member: Proposal) -> None:
    """Write the days of a member; those who stay get the new team's shares."""
    match = Match.objects.current().get(region=member.region_proposal.region_id, expert=member.expert_id)
    match.proposal = member
    match.save(update_fields=["proposal"])
    months = [date.fromisoformat(f"{month}-01") for month in run.problem["months"]]
    match.months.filter(month__in=months).delete()
    MatchMonth.objects.bulk_create(
        MatchMonth(match=match, month=month, half_days=half_days)
        for month, half_days in zip(months, member.half_days, strict=True)
        if half_days
    )


def _end(match: Match, *, by: User, reason: str) -> None:
    move(match, MatchStatus.ENDED, by=by, reason=reason)
    emails.tell_expert_ended(match, reason)


def _capacities(expert_ids: set[int]) -> dict[int, Capacity]:
    experts = Expert.objects.filter(pk__in=expert_ids)
    current = Match.objects.current().filter(expert_id__in=expert_ids).with_months()
    return capacity.of_experts(experts, current, list(Reservation.objects.in_force()))


def _refuse_overload(run: MatchRun, before: dict[int, Capacity]) -> None:
    """Count every expert's regions and days again: another run may have been confirmed since."""
    first = date.fromisoformat(f"{run.problem['months'][0]}-01")
    matches: dict[int, list[Match]] = defaultdict(list)
    for match in Match.objects.current().filter(expert_id__in=before).with_months():
        matches[match.expert_id].append(match)
    for expert in Expert.objects.filter(pk__in=before):
        if capacity.is_exceeded(before[expert.pk], matches[expert.pk], first=first):
            raise OutOfDate(
                _(
                    "%(expert)s no longer has enough days, or has reached their maximum number "
                    "of regions. Start a new run."
                )
                % {"expert": expert}
            )
