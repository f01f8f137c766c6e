"""A region on the board of a run: its team, what each member takes and brings, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from matching.cover import Cover
from matching.enums import RuleKind, TeamState
from matching.findings import Loss, OtherTeam
from matching.models import Match, MatchRule, Proposal, RegionProposal


@dataclass(frozen=True)
class BoardMember:
    """A proposed expert: what it takes, why, and what staff have said of the pair since.

    Attributes:
        is_new: has no part in the region's present team.
        rule: the pin or ban in force for the pair, if any; a later run obeys it.
        match: the match that stands for the pair, if any.
        loss: what is lost if the expert withdraws; None as long as that is not found out.
    """

    proposal: Proposal
    days: str
    by_month: list[str]
    reasons: list[str]
    is_new: bool
    rule: MatchRule | None
    match: Match | None
    loss: Loss | None

    @property
    def holds_place(self) -> bool:
        """Whether a match stands for the expert in the role."""
        return self.match is not None and self.match.role == self.proposal.role

    @property
    def is_pinned(self) -> bool:
        return self.rule is not None and self.rule.kind == RuleKind.PINNED

    @property
    def is_banned(self) -> bool:
        return self.rule is not None and self.rule.kind == RuleKind.FORBIDDEN


@dataclass(frozen=True)
class Conflict:
    """An expert whom a conflict of interest keeps out of a region's team, and why."""

    expert_id: str
    expert: str
    reason: str


@dataclass(frozen=True)
class BoardRow:
    """A region with its team, or with what is missing."""

    proposal: RegionProposal
    members: list[BoardMember]
    asked: list[str]
    sides: list[Cover]
    areas: list[Cover]
    missing: list[str]
    remedies: list[str]
    has_all_remedies: bool
    awaits_remedies: bool
    leaving: list[str]
    rules: list[MatchRule]
    conflicts: list[Conflict]
    other_teams: list[OtherTeam]
    is_replaced: bool

    @property
    def team_state(self) -> TeamState | None:
        """How far the team is if it was confirmed, and if no later one was since."""
        if not self.proposal.confirmed_at or self.is_replaced:
            return None
        matches = [member.match for member in self.members if member.holds_place]
        if len(matches) < len(self.members):
            return TeamState.INCOMPLETE
        all_accepted = all(match and match.is_accepted for match in matches)
        return TeamState.COMPLETE if all_accepted else TeamState.AWAITED

    @property
    def gone(self) -> list[BoardMember]:
        """The members who declined or whose match ended, of a confirmed team."""
        if self.team_state is not TeamState.INCOMPLETE:
            return []
        return [member for member in self.members if not member.holds_place]

    @property
    def is_served(self) -> bool:
        return self.proposal.score >= 0

    @property
    def is_locked(self) -> bool:
        """Whether staff locked the team, and nothing has loosened a member since."""
        has_locks = any(member.rule and member.rule.is_lock for member in self.members)
        return has_locks and all(member.is_pinned or member.match for member in self.members)

    @property
    def may_be_locked(self) -> bool:
        is_open = not self.is_locked and not self.proposal.confirmed_at
        return is_open and not any(member.is_banned for member in self.members)

    @property
    def sides_covered(self) -> int:
        return sum(side.is_covered for side in self.sides)

    @property
    def areas_covered(self) -> int:
        return sum(area.is_covered for area in self.areas)
