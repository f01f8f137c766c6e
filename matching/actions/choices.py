"""Take another team than the one that a run proposes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.checklists import Acceptance
from core.history import require
from engine.problem.programme import RULES
from experts.enums import ExpertRole
from matching.actions.rules import lift_rule, pin_team
from matching.actions.runs import start_run
from matching.exceptions import NothingToDo
from matching.models import Finding, MatchRun


@transaction.atomic
def choose_team(
    *,
    run_id: int,
    region_id: int,
    number: int,
    reason: str,
    by: User,
    accepting: Acceptance | None = None,
) -> MatchRun:
    """Pin one of the other teams that were found for a region, and start a run around it.

    Pins of experts who are not in that team are lifted.

    Args:
        number: which of them, from 0.
        accepting: as for `start_run`.

    Returns:
        The new run, asked as the one before.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: there is no such team, a pin could not hold it, a member was banned or somebody else
            stands in the team since.
        NotFinished: something is unfinished before a run starts.
    """
    require(by, "matching.run_matching")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    run = MatchRun.objects.get(pk=run_id)
    team = _team(run, region, number)
    experts = [expert for expert, _role in team]
    if region.matches.current().exclude(expert__in=experts).exists():
        raise NothingToDo(_("Somebody else has joined this team in the meantime. Start a new run first."))
    for pin in region.match_rules.in_force().pins().exclude(expert__in=experts):
        lift_rule(rule_id=pin.pk, by=by)
    pin_team(region, team, reason=reason, by=by)
    return start_run(by=by, note=reason[:200], accepting=accepting, **_asked_as(run))


def _asked_as(run: MatchRun) -> dict[str, Any]:
    """Return what a run was asked for, so that another is asked alike."""
    asked = run.problem["parameters"]
    return {
        "change_cost": asked["change_cost"],
        "time_limit_s": round(asked["time_limit_s"]),
        "programme": {rule: asked[rule] for rule in RULES if rule in asked},
    }


def _team(run: MatchRun, region: PilotRegion, number: int) -> list[tuple[int, ExpertRole]]:
    finding = Finding.objects.other_teams().filter(analysis__run=run, region=region).first()
    teams = finding.value if finding else []
    if not 0 <= number < len(teams) or not teams[number]["pin_holds"]:
        raise NothingToDo(_("This team cannot be chosen for the region."))
    return [(int(member["expert"]), ExpertRole(member["role"])) for member in teams[number]["team"]]
