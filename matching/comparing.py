"""Two runs side by side: who changes in which region, and what that gains and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.models import PilotRegion
from matching.models import MatchRun, Proposal, RegionProposal


@dataclass(frozen=True)
class RegionChange:
    """A region in both runs, or in one of them.

    Attributes:
        old_score, new_score: −1 without a team; None where the run does not have the region.
        leaving, coming, staying: members in words; who takes another role is told among the staying.
    """

    region: PilotRegion
    old_score: int | None
    new_score: int | None
    leaving: list[str]
    coming: list[str]
    staying: list[str]
    has_new_roles: bool

    @property
    def gain(self) -> int | None:
        """Points that the new run gives more; None where one of them has no team to count."""
        if self.old_score is None or self.new_score is None or min(self.old_score, self.new_score) < 0:
            return None
        return self.new_score - self.old_score

    @property
    def old_in_words(self) -> str:
        return _score(self.old_score)

    @property
    def new_in_words(self) -> str:
        return _score(self.new_score)

    @property
    def is_changed(self) -> bool:
        moved = self.leaving or self.coming or self.has_new_roles
        return bool(moved) or self.old_score != self.new_score


@dataclass(frozen=True)
class RunComparison:
    """What the new run does otherwise than the old one; the same number of queries for any number of rows."""

    old: MatchRun
    new: MatchRun
    rows: list[RegionChange]

    @classmethod
    def of(cls, old: MatchRun, new: MatchRun) -> RunComparison:
        """Compare two runs that are done."""
        before, after = _by_region(old), _by_region(new)
        regions = {key: row.region for key, row in (before | after).items()}
        rows = [_change(regions[key], before.get(key), after.get(key)) for key in sorted(regions)]
        return cls(old, new, sorted(rows, key=lambda row: not row.is_changed))

    @property
    def changed(self) -> int:
        return sum(row.is_changed for row in self.rows)

    @property
    def served(self) -> tuple[int, int, int]:
        """Regions with a team: old, new, and how many more."""
        return self._pair("served")

    @property
    def points(self) -> tuple[int, int, int]:
        """Points in all: old, new, and how many more."""
        return self._pair("sum")

    @property
    def is_same_input(self) -> bool:
        return self.old.problem_sha256 == self.new.problem_sha256

    def _pair(self, key: str) -> tuple[int, int, int]:
        old, new = (run.stored_result["objective"][key] for run in (self.old, self.new))
        return old, new, new - old


def _score(score: int | None) -> str:
    if score is None:
        return _("not in the run")
    return str(score) if score >= 0 else _("no team")


def _by_region(run: MatchRun) -> dict[int, RegionProposal]:
    return {row.region_id: row for row in run.region_proposals.with_team()}


def _change(region: PilotRegion, old: RegionProposal | None, new: RegionProposal | None) -> RegionChange:
    before, after = _members(old), _members(new)
    stay = [key for key in after if key in before]
    return RegionChange(
        region=region,
        old_score=old.score if old else None,
        new_score=new.score if new else None,
        leaving=[_said(before[key]) for key in before if key not in after],
        coming=[_said(after[key]) for key in after if key not in before],
        staying=[_stays(before[key], after[key]) for key in stay],
        has_new_roles=any(before[key].role != after[key].role for key in stay),
    )


def _members(proposal: RegionProposal | None) -> Mapping[int, Proposal]:
    return {m.expert_id: m for m in proposal.members.all()} if proposal else {}


def _said(member: Proposal) -> str:
    return f"{member.expert} ({member.get_role_display()})"


def _stays(old: Proposal, new: Proposal) -> str:
    if old.role == new.role:
        return _said(new)
    words = {"expert": new.expert, "old": old.get_role_display(), "new": new.get_role_display()}
    return _("%(expert)s (%(new)s, was %(old)s)") % words
