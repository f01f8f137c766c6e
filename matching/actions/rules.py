"""Pins and bans by staff."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from impact.history import require
from matching import snapshots
from matching.enums import RuleKind
from matching.exceptions import NothingToDo
from matching.models import MatchRule


@transaction.atomic
def add_rule(
    *, region_id: int, expert_id: int, kind: RuleKind, reason: str, by: Any, role: str = ""
) -> MatchRule:
    """Pin an expert to a region, ban the pair, or clear a conflict of interest, for the runs to come.

    Args:
        role: with a pin, the role the expert must have; empty: either.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: such a rule is in force for the pair, a ban contradicts a standing match, or there is
            no conflict to clear.
    """
    require(by, "matching.run_matching")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    if MatchRule.objects.in_force().of_kind_like(kind).filter(region=region, expert_id=expert_id).exists():
        raise NothingToDo(_("There is such a decision for this pair already. Lift it first."))
    if kind == RuleKind.CLEARED and not snapshots.conflicts_between(region_id, expert_id):
        raise NothingToDo(_("Nothing is known that would be a conflict of interest between them."))
    if kind == RuleKind.FORBIDDEN and region.matches.standing().filter(expert_id=expert_id).exists():
        raise NothingToDo(_("The expert is in this team. End the match first."))
    return MatchRule.objects.create(
        region=region, expert_id=expert_id, kind=kind, role=role, reason=reason, made_by=by
    )


@transaction.atomic
def lift_rule(*, rule_id: int, by: Any) -> MatchRule:
    """Lift a pin or ban; it stays on record.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: it was lifted before.
    """
    require(by, "matching.run_matching")
    rule = MatchRule.objects.select_for_update().get(pk=rule_id)
    if rule.lifted_at:
        raise NothingToDo(_("It was lifted already."))
    rule.lifted_at, rule.lifted_by = timezone.now(), by
    rule.save(update_fields=["lifted_at", "lifted_by"])
    return rule
