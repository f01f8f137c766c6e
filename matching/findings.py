"""What was found out about a run, in words: for its board, and for the page of an expert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from experts.enums import ExpertRole
from matching import questions, wording
from matching.enums import AnalysisStatus, FindingKind
from matching.models import Analysis, Finding, MatchRun

UNDER_WAY = (AnalysisStatus.QUEUED, AnalysisStatus.RUNNING)
ENDED_EARLY = (AnalysisStatus.STOPPED, AnalysisStatus.FAILED)


@dataclass(frozen=True)
class Loss:
    """What is lost if an expert withdraws; grave where a region would be without a team."""

    expert_id: int
    text: str
    is_grave: bool


@dataclass(frozen=True)
class OtherTeam:
    """Another team for a region: its members, and what it costs.

    Attributes:
        region: its key in the problem of the run.
        number: its place among the other teams of the region, from 0.
        can_be_chosen: whether pins hold it; where they do not, a run would rather leave the region out.
    """

    region: str
    number: int
    members: list[str]
    costs: list[str]
    can_be_chosen: bool

    @property
    def key(self) -> str:
        return f"{self.region}-{self.number}"


@dataclass(frozen=True)
class RecruitingPlan:
    """Whom to look for, as a text for a call for experts, and what that gains."""

    gain: str
    profiles: list[str]


@dataclass(frozen=True)
class RuleOn:
    """A rule of the programme that the run was asked to keep, and what it costs."""

    text: str
    price: str


@dataclass(frozen=True)
class Stage:
    """How far an analysis has come.

    Attributes:
        is_wanted: whether staff may let it go on, or begin.
        reason: why it ended early.
    """

    label: str
    answered: int
    asked: int
    is_under_way: bool
    is_wanted: bool
    reason: str

    @property
    def is_complete(self) -> bool:
        return self.answered == self.asked


@dataclass(frozen=True)
class Findings:
    """All that is known of a run beside its teams; the same number of queries for any number of findings."""

    stage: Stage | None
    losses: list[Loss] = field(default_factory=list)
    others: dict[int | None, list[OtherTeam]] = field(default_factory=dict)
    remedies: dict[int | None, Any] = field(default_factory=dict)
    fairness: list[str] = field(default_factory=list)
    steps: Sequence[tuple[str, int, int, Any]] = ()
    plans: list[RecruitingPlan] = field(default_factory=list)
    rules: list[RuleOn] = field(default_factory=list)

    @classmethod
    def of(cls, run: MatchRun, names: wording.Names) -> Findings:
        """Return the findings about a run that is done; of one that is not proven there are none."""
        if run.stored_result["status"] != "optimal":
            return cls(None, rules=_rules(run, None))
        analysis = questions.analysis_of(run)
        by_kind: dict[str, list[Finding]] = {kind: [] for kind in FindingKind}
        for row in analysis.answers if analysis else []:
            by_kind[row.kind].append(row)
        fairness = next((row.value for row in by_kind[FindingKind.FAIRNESS]), None)
        recruiting: list[Any] = next((row.value for row in by_kind[FindingKind.RECRUITING]), [])
        return cls(
            stage=_stage(run, analysis, by_kind),
            losses=_losses(by_kind[FindingKind.LOSS], names),
            others={row.region_id: _other_teams(row, names) for row in by_kind[FindingKind.OTHER_TEAMS]},
            remedies={row.region_id: row.value for row in by_kind[FindingKind.REMEDIES]},
            fairness=wording.price_of_fairness(fairness) if fairness else [],
            steps=wording.steps_of_fairness(fairness) if fairness else (),
            plans=[_plan(row, run.problem["months"], names) for row in recruiting],
            rules=_rules(run, next((row.value for row in by_kind[FindingKind.RULES]), None)),
        )

    @property
    def grave(self) -> list[Loss]:
        return [loss for loss in self.losses if loss.is_grave]

    @property
    def bearable(self) -> list[Loss]:
        return [loss for loss in self.losses if not loss.is_grave]

    @property
    def is_unfinished(self) -> bool:
        return self.stage is not None and not self.stage.is_complete

    def loss_of(self, expert_id: int) -> Loss | None:
        return next((loss for loss in self.losses if loss.expert_id == expert_id), None)

    def choices(self) -> Iterator[OtherTeam]:
        """Yield the other teams that staff may choose."""
        return (team for teams in self.others.values() for team in teams if team.can_be_chosen)


def stage_of(run: MatchRun) -> Stage | None:
    """Return how far the analysis of a run has come, without its findings."""
    return Findings.of(run, wording.Names({}, {}, {}, {}, {})).stage


def _stage(run: MatchRun, analysis: Analysis | None, known: dict[str, list[Finding]]) -> Stage:
    asked = questions.of_run(run)
    several = {FindingKind.REMEDIES: 1}
    answered = sum(min(len(rows), several.get(FindingKind(kind), len(rows))) for kind, rows in known.items())
    status = AnalysisStatus(analysis.status) if analysis else None
    return Stage(
        label=str(status.label) if status else gettext("Not calculated"),
        answered=answered,
        asked=len(asked),
        is_under_way=status in UNDER_WAY,
        is_wanted=status is None or status in ENDED_EARLY,
        # Kept in English where it is ours; what a library says stays as it is.
        reason=gettext(analysis.error) if analysis and analysis.error and status in ENDED_EARLY else "",
    )


def _rules(run: MatchRun, priced: list[dict[str, Any]] | None) -> list[RuleOn]:
    rules = run.stored_result.get("rules", []) if priced is None else priced
    unknown = gettext("Its cost has not been calculated.")
    return [RuleOn(wording.rule(row), unknown if priced is None else wording.price(row)) for row in rules]


def _plan(fact: dict[str, Any], months: Sequence[str], names: wording.Names) -> RecruitingPlan:
    profiles = [wording.profile(expert, months, names) for expert in fact["experts"]]
    return RecruitingPlan(wording.gain(fact, names), profiles)


def _losses(rows: Sequence[Finding], names: wording.Names) -> list[Loss]:
    """Return the gravest first: regions without a team, then fairness, then points."""

    def rank(row: Finding) -> tuple[Any, ...]:
        now, then = row.value["fairness"] or (0, 0)
        return -len(row.value["without_team"]), then - now, -row.value["sum"], row.expert_id

    return [
        Loss(int(row.value["expert"]), wording.loss(row.value, names), wording.is_grave(row.value))
        for row in sorted(rows, key=rank)
    ]


def _other_teams(row: Finding, names: wording.Names) -> list[OtherTeam]:
    return [
        OtherTeam(
            region=str(row.region_id),
            number=number,
            members=[
                f"{names.expert(member['expert'])} · {ExpertRole(member['role']).label}"
                for member in team["team"]
            ],
            costs=wording.other_team(team, str(row.region_id), names),
            can_be_chosen=team["pin_holds"],
        )
        for number, team in enumerate(row.value)
    ]
