"""Pins and bans by staff."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.history import require
from experts.enums import ExpertRole
from matching import snapshots
from matching.enums import RuleKind
from matching.exceptions import NothingToDo
from matching.models import Match, MatchRule, RegionProposal


@transaction.atomic
def add_rule(
    *,
    region_id: int,
    expert_id: int,
    kind: RuleKind,
    reason: str,
    by: User,
    role: str = "",
    team_size: int | None = None,
) -> MatchRule:
    """Pin an expert to a region, ban the pair, or clear a conflict of interest, for the runs to come.

    Args:
        role: with a pin, the role the expert must have; empty: either.
        team_size: with a pin that locks a team, how many members it has.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: such a rule is in force for the pair, a ban contradicts a current match, or there is
            no conflict to clear.
    """
    require(by, "matching.run_matching")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    alike = MatchRule.objects.in_force().with_pair().replaced_by_kind(kind)
    if rule := alike.filter(region=region, expert_id=expert_id).first():
        words = _("There is already a rule for %(name)s in this region: %(verb)s. Remove it first.")
        raise NothingToDo(words % {"name": rule.expert, "verb": rule.verb})
    if kind == RuleKind.CLEARED and not snapshots.conflicts_between(region_id, expert_id):
        raise NothingToDo(_("There is no known conflict of interest between them to override."))
    if kind == RuleKind.FORBIDDEN and region.matches.current().filter(expert_id=expert_id).exists():
        raise NothingToDo(_("The expert is in this team. End the match first."))
    return MatchRule.objects.create(
        region=region,
        expert_id=expert_id,
        kind=kind,
        role=role,
        team_size=team_size,
        reason=reason,
        made_by=by,
    )


@transaction.atomic
def lock_team(*, run_id: int, region_id: int, reason: str, by: User) -> list[MatchRule]:
    """Pin everybody in the team that a run proposes for a region, in their roles, for the runs to come.

    Nobody joins a locked team either. A pin of a member that was made before gives way to the lock's.

    Returns:
        The new pins; who stands in the team needs none.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: the run has no team for the region, a member was banned since, or it is locked.
    """
    require(by, "matching.run_matching")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    proposal = RegionProposal.objects.served().filter(run=run_id, region=region).first()
    if proposal is None:
        raise NothingToDo(_("This run proposes no team for the region."))
    team = [(member.expert_id, ExpertRole(member.role)) for member in proposal.members.all()]
    return pin_team(region, team, reason=reason, by=by)


def pin_team(
    region: PilotRegion, team: Sequence[tuple[int, ExpertRole]], *, reason: str, by: User
) -> list[MatchRule]:
    """Pin a whole team to a locked region, in its roles, so that nobody joins it; part of an action.

    Returns:
        The new pins; who stands in the team needs none.

    Raises:
        NothingToDo: a member was banned since, or everybody is locked.
    """
    pins = region.match_rules.in_force().pins()
    settled = set(pins.locking().values_list("expert_id", flat=True))
    settled |= set(region.matches.current().values_list("expert_id", flat=True))
    loose = [(expert, role) for expert, role in team if expert not in settled]
    if not loose:
        raise NothingToDo(_("Everyone in this team is already locked or already a member."))
    for pin in pins.filter(expert_id__in=[expert for expert, _role in loose]):
        lift_rule(rule_id=pin.pk, by=by)
    return [
        add_rule(
            region_id=region.pk,
            expert_id=expert,
            kind=RuleKind.PINNED,
            role=role,
            team_size=len(team),
            reason=reason,
            by=by,
        )
        for expert, role in loose
    ]


@transaction.atomic
def unlock_team(*, region_id: int, by: User) -> list[MatchRule]:
    """Lift every pin of a region; they stay on record.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: nobody is pinned to it.
    """
    require(by, "matching.run_matching")
    PilotRegion.objects.select_for_update().get(pk=region_id)
    pins = list(MatchRule.objects.in_force().pins().filter(region_id=region_id).values_list("pk", flat=True))
    if not pins:
        raise NothingToDo(_("No expert is set to “always include” for this region."))
    return [lift_rule(rule_id=pin, by=by) for pin in pins]


@transaction.atomic
def lift_rule(*, rule_id: int, by: User) -> MatchRule:
    """Lift a pin or ban; it stays on record.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: it was lifted before.
    """
    require(by, "matching.run_matching")
    rule = MatchRule.objects.select_for_update().get(pk=rule_id)
    if rule.lifted_at:
        raise NothingToDo(_("This rule has already been removed."))
    lift(rule, by)
    return rule


def lift_pins_of(match: Match, *, by: User) -> None:
    """Lift the pin of a pair whose match is over: a pin made before must not bring the expert back.

    Part of the action that ends the match, which has asked whether the person may.
    """
    pins = MatchRule.objects.in_force().pins().select_for_update()
    for pin in pins.filter(region_id=match.region_id, expert_id=match.expert_id):
        lift(pin, by)


def lift(rule: MatchRule, by: User) -> None:
    """Let a locked rule no longer count; part of an action."""
    rule.lifted_at, rule.lifted_by = timezone.now(), by
    rule.save(update_fields=["lifted_at", "lifted_by"])
