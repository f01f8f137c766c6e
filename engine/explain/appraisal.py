"""What a team put together by hand would be worth, and which rules it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.explain.contributions import contributions
from engine.problem import weights
from engine.problem.criteria import Instance
from engine.problem.problem import LEAD, ROLES, TEAM_LIMIT, Problem, ProblemError
from engine.problem.result import Fact, TeamMember
from engine.problem.rules import broken_rules
from engine.problem.slots import slots_of


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A team with its score, 0 to about 1000, and every hard rule that it breaks.

    The score is given even if rules are broken, so that a person sees what an exception would bring.
    """

    score: int
    team: tuple[TeamMember, ...]
    broken: tuple[Fact, ...]

    def to_json(self) -> dict[str, object]:
        team = [
            {
                "expert": member.expert,
                "role": member.role,
                "half_days": list(member.half_days),
                "contributes": [dict(fact) for fact in member.contributes],
            }
            for member in self.team
        ]
        return {"score": self.score, "team": team, "broken": [dict(fact) for fact in self.broken]}


def score_team(problem: Problem, region_id: str, team: Sequence[tuple[str, str]]) -> Appraisal:
    """Return what a team would be worth to a region.

    Args:
        team: 1 to 3 (expert id, role) pairs, one of them the lead.

    Raises:
        ProblemError: an unknown region, expert or role, an expert named twice, or not exactly one lead.
    """
    experts, regions = problem.expert_index(), problem.region_index()
    if region_id not in regions:
        raise ProblemError("$.region", f"expected the id of one of the regions, {region_id!r} is unknown")
    for place, (expert, role) in enumerate(team):
        if expert not in experts:
            raise ProblemError(
                f"$.team[{place}].expert", f"expected the id of one of the experts, {expert!r} is unknown"
            )
        if role not in ROLES:
            raise ProblemError(f"$.team[{place}].role", f"expected one of {', '.join(ROLES)}")
    is_team = 1 <= len({expert for expert, _ in team}) == len(team) <= TEAM_LIMIT
    if not is_team or sum(role == LEAD for _, role in team) != 1:
        raise ProblemError("$.team", f"expected 1 to {TEAM_LIMIT} different experts, one of them the lead")
    cast = sorted(
        ((experts[expert], role) for expert, role in team), key=lambda row: (row[1] != LEAD, row[0])
    )
    return _appraise(Instance(problem), regions[region_id], cast)


def _appraise(instance: Instance, index: int, cast: Sequence[tuple[int, str]]) -> Appraisal:
    region = instance.problem.regions[index]
    criteria = instance.criteria(index, everyone=True)
    members = [expert for expert, _ in cast]
    facts = contributions(instance, criteria, members)
    score = int(criteria.points[members].max(axis=0).sum()) + int(criteria.lead_points[members[0]])
    score -= sum(int(criteria.support_cost[expert]) + weights.FURTHER_MEMBER for expert in members[1:])
    rows = zip(cast, slots_of(len(cast)), facts, strict=True)
    shown = tuple(
        TeamMember(
            instance.problem.experts[expert].id,
            role,
            tuple(int(share) for share in criteria.shares[slot]),
            fact,
        )
        for (expert, role), slot, fact in rows
    )
    return Appraisal(max(0, score), shown, tuple(broken_rules(instance, region, cast)))
