"""The board of a run: what it proposes for every region, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from applications.models import Partner, PilotRegion
from core.half_days import days_in_figures, days_in_words
from experts.models import Expert, ExpertOrganisation
from matching import snapshots, wording
from matching.board_rows import BoardMember, BoardRow, Conflict
from matching.cover import areas_covered, sides_covered
from matching.enums import STEERING, RunStatus
from matching.findings import Findings
from matching.models import Match, MatchRule, MatchRun, Proposal, RegionProposal

PHASES = {
    "tables": _("Working out every possible team"),
    "fairness": _("Serving as many regions as possible, and improving the worst-served"),
    "sum": _("Raising the quality of all teams together"),
    "changes": _("Keeping as many members as possible"),
    "balance": _("Sharing the work among the experts"),
    "canonical": _("Settling ties by the agreed rule"),
    "diagnosis": _("Finding out what is missing in the regions without a team"),
}


@dataclass(frozen=True)
class Board:
    """A run's result for people; the same number of queries for any number of regions."""

    rows: list[BoardRow]
    months: list[date]
    served: int
    points: int
    bound: int
    is_proven: bool
    seconds: float
    has_earlier_teams: bool
    findings: Findings

    @classmethod
    def of(cls, run: MatchRun, names: wording.Names | None = None) -> Board:
        """Return the board of a run that is done; `names` if they are there already."""
        maker = _RowMaker(run, names or names_of_all())
        result = run.stored_result
        return cls(
            rows=[maker.row(proposal) for proposal in run.region_proposals.with_team()],
            months=maker.months,
            served=result["objective"]["served"],
            points=result["objective"]["sum"],
            bound=result["bound"]["sum"],
            is_proven=result["status"] == "optimal",
            seconds=result["seconds"],
            has_earlier_teams=bool(run.problem["previous"]),
            findings=maker.findings,
        )

    @property
    def unserved(self) -> int:
        return len(self.rows) - self.served

    @property
    def experts(self) -> int:
        """How many different experts the teams have."""
        return len({member.proposal.expert_id for row in self.rows for member in row.members})


@dataclass(frozen=True)
class RunProgress:
    phase: str
    percent: int | None
    best: int | None
    bound: int | None
    seconds: int
    is_under_way: bool


def progress_of(run: MatchRun, now: datetime) -> RunProgress:
    """Return how far a run has come; `now` is aware."""
    news = run.progress or {}
    share = news.get("share")
    silent = _("Waiting to start") if run.status == RunStatus.QUEUED else _("The run has started")
    return RunProgress(
        phase=str(PHASES.get(news.get("phase", ""), silent)),
        percent=None if share is None else round(share * 100),
        best=news.get("best"),
        bound=news.get("bound"),
        seconds=round(((run.finished_at or now) - run.requested_at).total_seconds()),
        is_under_way=run.status in (RunStatus.QUEUED, RunStatus.RUNNING),
    )


def names_of_all() -> wording.Names:
    """Return the names that sentences about a run may need."""
    return wording.Names.load(
        experts={str(key): name for key, name in Expert.objects.names().items()},
        regions={str(key): name for key, name in PilotRegion.objects.values_list("pk", "name")},
        # Read where somebody is in a conflict, which is seldom.
        organisations=cast("dict[str, str]", SimpleLazyObject(_organisations)),
        places=cast("dict[str, str]", SimpleLazyObject(_places)),
    )


def _organisations() -> dict[str, str]:
    """Return the names of all organisations of experts and of partners, by the key of a snapshot."""
    owned = ExpertOrganisation.objects.values_list("name", flat=True)
    partners = Partner.objects.filter(application__pilot_region__isnull=False).values_list("name", flat=True)
    return {snapshots.organisation_key(name): name for name in (*owned, *partners)}


def _places() -> dict[str, str]:
    regions = PilotRegion.objects.with_units()
    return {unit.pk: str(unit) for region in regions for unit in region.units.all()}


class _RowMaker:
    """What all rows of a board share, read once."""

    def __init__(self, run: MatchRun, names: wording.Names) -> None:
        problem = run.problem
        self.names = names
        self.findings = Findings.of(run, names)
        self.months = [date.fromisoformat(f"{month}-01") for month in problem["months"]]
        self.regions: Mapping[str, Any] = {row["id"]: row for row in problem["regions"]}
        self.experts: Mapping[str, Any] = {row["id"]: row for row in problem["experts"]}
        self.level = problem["parameters"]["side_language_level"]
        self.before = {(int(m["region"]), int(m["expert"])) for m in problem["previous"]}
        self.rules = list(MatchRule.objects.in_force().with_pair())
        decided = (rule for rule in self.rules if rule.kind in STEERING)
        self.decided = {(rule.region_id, rule.expert_id): rule for rule in decided}
        confirmed = RegionProposal.objects.latest_confirmed().values_list("region", "pk")
        self.confirmed_last: Mapping[int, int] = dict(confirmed)
        self.matches = {(m.region_id, m.expert_id): m for m in Match.objects.current()}
        # By part and key: thirty regions by hundreds of experts, and next to none has anything in common.
        self.bound: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, expert in self.experts.items():
            for part in snapshots.CONFLICT_PARTS:
                for shared in expert[part]:
                    self.bound[part, shared].append(key)

    def row(self, proposal: RegionProposal) -> BoardRow:
        region = self.regions[str(proposal.region_id)]
        unserved: dict[str, Any] = proposal.unserved or {"missing": [], "remedies": []}
        found = self.findings.remedies.get(proposal.region_id)
        unserved |= found or {}
        members = list(proposal.members.all())
        team = [self.experts[str(member.expert_id)] for member in members]
        return BoardRow(
            proposal=proposal,
            members=[self._member(proposal, member) for member in members],
            asked=_figures(region["half_days"]),
            sides=sides_covered(region, team, self.level, self.names),
            areas=areas_covered(region, team, self.names),
            missing=[wording.missing(fact, self.names) for fact in unserved["missing"]],
            remedies=[wording.remedy(fact, self.names) for fact in unserved["remedies"]],
            has_all_remedies=unserved.get("complete", True),
            awaits_remedies=found is None and not unserved["remedies"] and self.findings.is_unfinished,
            leaving=self._leaving(proposal, members),
            rules=self._other_rules(proposal, members),
            conflicts=[self._conflict(region, key) for key in self._in_conflict(region)],
            other_teams=self.findings.others.get(proposal.region_id, []),
            is_replaced=self.confirmed_last.get(proposal.region_id, proposal.pk) != proposal.pk,
        )

    def _member(self, region: RegionProposal, member: Proposal) -> BoardMember:
        pair = (region.region_id, member.expert_id)
        return BoardMember(
            proposal=member,
            days=days_in_words(sum(member.half_days)),
            by_month=_figures(member.half_days),
            reasons=[wording.reason(fact, self.names) for fact in member.contributes],
            is_new=pair not in self.before,
            rule=self.decided.get(pair),
            match=self.matches.get(pair),
            loss=self.findings.loss_of(member.expert_id),
        )

    def _other_rules(self, proposal: RegionProposal, members: Sequence[Proposal]) -> list[MatchRule]:
        """Return what is in force for the region and not said beside a member."""
        said = {member.expert_id for member in members}
        return [
            rule
            for rule in self.rules
            if rule.region_id == proposal.region_id
            and (rule.kind not in STEERING or rule.expert_id not in said)
        ]

    def _in_conflict(self, region: Mapping[str, Any]) -> list[str]:
        """Return the experts with whom the region has something in common, in the order of the problem."""
        parts = [(part, shared) for part in snapshots.CONFLICT_PARTS for shared in region[part]]
        found = {key for part in parts for key in self.bound.get(part, ())}
        return [key for key in self.experts if key in found] if found else []

    def _conflict(self, region: Mapping[str, Any], key: str) -> Conflict:
        found: dict[str, list[str]] = {part: [] for part in snapshots.CONFLICT_PARTS}
        for part, shared in snapshots.conflicts(region, self.experts[key]):
            found[part].append(shared)
        reason = wording.because({"kind": "conflict", "expert": key, **found}, self.names)
        return Conflict(key, self.names.expert(key), reason)

    def _leaving(self, proposal: RegionProposal, members: Sequence[Proposal]) -> list[str]:
        staying = {member.expert_id for member in members}
        gone = [e for r, e in sorted(self.before) if r == proposal.region_id and e not in staying]
        return [self.names.expert(str(expert)) for expert in gone]


def _figures(half_days: Sequence[int]) -> list[str]:
    return [days_in_figures(value) for value in half_days]
