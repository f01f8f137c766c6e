"""The board of a run: what it proposes for every region, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import PilotRegion
from experts.models import Expert
from matching import wording
from matching.enums import RunStatus
from matching.models import MatchRun, Proposal, RegionProposal

PHASES = {
    "tables": _("Working out every possible team"),
    "fairness": _("Serving as many regions as possible, and lifting the worst served"),
    "sum": _("Raising the quality of all teams together"),
    "changes": _("Keeping as many members as possible"),
    "balance": _("Sharing the work among the experts"),
    "canonical": _("Settling ties in the one agreed way"),
    "diagnosis": _("Finding out what the regions without a team lack"),
}


@dataclass(frozen=True)
class Member:
    proposal: Proposal
    days: str
    by_month: list[tuple[date, str]]
    reasons: list[str]


@dataclass(frozen=True)
class Row:
    """A region with its team, or with what is missing."""

    proposal: RegionProposal
    members: list[Member]
    missing: list[str]
    remedies: list[str]

    @property
    def is_served(self) -> bool:
        return self.proposal.score >= 0


@dataclass(frozen=True)
class Board:
    """A run's result for people; the same number of queries for any number of regions."""

    rows: list[Row]
    served: int
    points: int
    bound: int
    is_proven: bool
    seconds: float

    @classmethod
    def of(cls, run: MatchRun) -> Board:
        names = wording.Names.load(
            experts={str(expert.pk): str(expert) for expert in Expert.objects.select_related("user")},
            regions={str(region.pk): str(region) for region in PilotRegion.objects.all()},
        )
        months = [date.fromisoformat(f"{month}-01") for month in run.problem["months"]]
        result = run.result
        return cls(
            rows=[_row(proposal, months, names) for proposal in run.region_proposals.with_team()],
            served=result["objective"]["served"],
            points=result["objective"]["sum"],
            bound=result["bound"]["sum"],
            is_proven=result["status"] == "optimal",
            seconds=result["seconds"],
        )


@dataclass(frozen=True)
class Progress:
    phase: str
    percent: int | None
    best: int | None
    bound: int | None
    seconds: int
    is_under_way: bool


def progress_of(run: MatchRun, now: datetime) -> Progress:
    """Return how far a run has come; `now` is aware."""
    news = run.progress or {}
    share = news.get("share")
    return Progress(
        phase=str(PHASES.get(news.get("phase", ""), _("Waiting for the worker"))),
        percent=None if share is None else round(share * 100),
        best=news.get("best"),
        bound=news.get("bound"),
        seconds=round(((run.finished_at or now) - run.requested_at).total_seconds()),
        is_under_way=run.status in (RunStatus.QUEUED, RunStatus.RUNNING),
    )


def _row(proposal: RegionProposal, months: Sequence[date], names: wording.Names) -> Row:
    unserved: dict[str, Any] = proposal.unserved or {"missing": [], "remedies": []}
    return Row(
        proposal=proposal,
        members=[_member(member, months, names) for member in proposal.members.all()],
        missing=[wording.missing(fact, names) for fact in unserved["missing"]],
        remedies=[wording.remedy(fact, names) for fact in unserved["remedies"]],
    )


def _member(member: Proposal, months: Sequence[date], names: wording.Names) -> Member:
    return Member(
        proposal=member,
        days=wording.days(sum(member.half_days)),
        by_month=[(m, wording.days(h)) for m, h in zip(months, member.half_days, strict=True) if h],
        reasons=[wording.reason(fact, names) for fact in member.contributes],
    )
