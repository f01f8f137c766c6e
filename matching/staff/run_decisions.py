"""What staff decide about match runs: start, cancel, confirm; and the forms that ask for what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import PilotRegion
from applications.querysets import PilotRegionQuerySet
from core.checklists import UnfinishedLine
from core.known_types import known_as
from core.phrases import StrOrPromise, labelled
from core.staff.admin import Decision, DecisionForm, OptionalReasonForm, ReasonForm, Scope
from matching import actions, findings, freshness, readiness, wording
from matching.board import names_of_all
from matching.enums import FindingKind, RunStatus
from matching.exceptions import NothingToDo, OutOfDate
from matching.findings import Findings, OtherTeam
from matching.models import MatchRun, RegionProposal, Reservation
from matching.questions import analysis_of
from matching.staff.start_form import StartForm


class ConfirmForm(DecisionForm[MatchRun]):
    regions = forms.MultipleChoiceField(label=_("Teams to confirm"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (run,) = self.targets
        teams = list(run.region_proposals.served().filter(confirmed_at__isnull=True).with_team())
        offered = known_as(self.fields["regions"], forms.MultipleChoiceField)
        offered.choices = [(str(team.pk), labelled(team.region, _members(team))) for team in teams]
        told = set(_told(run).values_list("pk", flat=True))
        offered.initial = [str(team.pk) for team in teams if team.region_id in told]


class ShowForm(DecisionForm[MatchRun]):
    regions = forms.MultipleChoiceField(label=_("Teams to show"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (run,) = self.targets
        teams = run.region_proposals.served().filter(confirmed_at__isnull=True, shown_at__isnull=True)
        offered = known_as(self.fields["regions"], forms.MultipleChoiceField)
        offered.choices = [
            (str(team.pk), labelled(team.region, _members(team))) for team in teams.with_team()
        ]
        offered.initial = [str(team.pk) for team in teams]


class ChooseForm(ReasonForm[MatchRun]):
    field_order = ["team", "reason"]

    team = forms.ChoiceField(label=_("Team"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (run,) = self.targets
        names = names_of_all()
        known_as(self.fields["team"], forms.ChoiceField).choices = [
            ("", "–"),
            *(
                (team.key, labelled(names.region(team.region), _in_one_line(team)))
                for team in Findings.of(run, names).choices()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        region, _dash, number = answers.pop("team", "").partition("-")
        return answers | ({"region_id": int(region), "number": int(number)} if number else {})


def _in_one_line(team: OtherTeam) -> str:
    return f"{', '.join(team.members)} – {' '.join(team.costs)}"


def _can_be_analysed(run: MatchRun) -> bool:
    stage = findings.stage_of(run) if run.status == RunStatus.DONE else None
    return stage is not None and stage.is_wanted


def _has_choices(run: MatchRun) -> bool:
    analysis = analysis_of(run)
    rows = analysis.answers if analysis else []
    teams = (team for row in rows if row.kind == FindingKind.OTHER_TEAMS for team in row.value)
    return any(team["pin_holds"] for team in teams)


def _members(team: RegionProposal) -> str:
    return ", ".join(f"{member.expert} ({member.get_role_display()})" for member in team.members.all())


def _told(run: MatchRun) -> PilotRegionQuerySet:
    return PilotRegion.objects.told().filter(pk__in=run.region_proposals.values("region"))


def explain_start(_targets: Sequence[MatchRun]) -> list[StrOrPromise]:
    """Say what a run starts from."""
    frozen = _("The input is fixed now. Changes made during the run will count for the next run.")
    kept_back = [wording.kept_back(row) for row in Reservation.objects.in_force().with_names()]
    return [frozen, *kept_back]


def explain_choose(targets: Sequence[MatchRun]) -> list[StrOrPromise]:
    """Say what follows from choosing another team, and what has changed since it was priced."""
    (run,) = targets
    told = _(
        "The team will always be included, in these roles, and nobody else can join. Other "
        "“always include” rules for the region will be removed. A new run then fills all other "
        "teams around it. Nobody is told until that run is confirmed."
    )
    stale = freshness.warnings(run, names_of_all(), today=timezone.localdate())
    prices = str(_("Out of date: the input has changed since this run, so the costs may have changed too."))
    return [told, *([prices, *stale] if stale else [])]


def _before_start(_targets: Sequence[MatchRun]) -> list[UnfinishedLine]:
    return readiness.before_start()


DECISIONS = [
    Decision(
        name="start",
        label=_("Start run"),
        action=actions.start_run,
        permission="matching.run_matching",
        form=StartForm,
        scope=Scope.LIST,
        checks=_before_start,
        explain=explain_start,
        refusals=(NothingToDo,),
        done=_("Run queued. This page shows its progress."),
        go_to=lambda run: reverse("admin:matching_matchrun_change", args=[run.pk]),
        icon="play_arrow",
    ),
    Decision(
        name="cancel",
        label=_("Cancel run"),
        action=actions.cancel_run,
        permission="matching.run_matching",
        target="run_id",
        form=OptionalReasonForm,
        is_possible=lambda run: run.can_move(RunStatus.CANCELLED),
        explain=_("The run stops and proposes nothing. Another one can be started at once."),
        done=_("The run stops and proposes no teams."),
        icon="stop",
    ),
    Decision(
        name="try-again",
        label=_("Try again"),
        action=actions.try_run_again,
        permission="matching.run_matching",
        target="run_id",
        is_possible=lambda run: run.status == RunStatus.FAILED,
        explain=_(
            "The run will be queued again with the same input. If the pool or the regions have "
            "changed since then, start a new run instead."
        ),
        refusals=(NothingToDo,),
        done=_("Run queued. This page shows its progress."),
        icon="refresh",
    ),
    Decision(
        name="analyse",
        label=_("Continue analysis"),
        action=actions.analyse_run,
        permission="matching.run_matching",
        target="run_id",
        is_possible=_can_be_analysed,
        explain=_(
            "The missing results will be calculated in the background: what would give a "
            "region a team, who is irreplaceable, other teams, and what fairness costs. "
            "Existing results are kept. You can do this as often as you like."
        ),
        refusals=(NothingToDo,),
        done=_("The analysis continues in the background. The board shows its progress."),
        icon="query_stats",
    ),
    Decision(
        name="choose",
        label=_("Choose another team"),
        action=actions.choose_team,
        permission="matching.run_matching",
        target="run_id",
        form=ChooseForm,
        asked={"team": "team"},
        is_possible=_has_choices,
        checks=_before_start,
        explain=explain_choose,
        refusals=(NothingToDo,),
        done=_("Team chosen and new run queued. This page shows its progress."),
        go_to=lambda run: reverse("admin:matching_matchrun_change", args=[run.pk]),
        icon="swap_horiz",
    ),
    Decision(
        name="show",
        label=_("Show proposed teams"),
        action=actions.show_teams,
        permission="matching.run_matching",
        target="run_id",
        form=ShowForm,
        is_possible=lambda run: run.status == RunStatus.DONE,
        explain=_(
            "The lead person of each chosen region will see who is proposed and can refuse an "
            "expert, giving a reason. All approved experts will see that these regions are "
            "looking for a team, but not who is proposed, and can say where they would like to "
            "help or cannot help. You will get an e-mail about every refusal, and it will "
            "count in the next run. Nothing is confirmed, and no e-mails are sent now."
        ),
        refusals=(NothingToDo,),
        done=_("The proposed teams are now shown."),
        icon="visibility",
    ),
    Decision(
        name="confirm",
        label=_("Confirm teams"),
        action=actions.confirm_teams,
        permission="matching.confirm_match",
        target="run_id",
        form=ConfirmForm,
        is_possible=lambda run: run.status == RunStatus.DONE,
        why_not_this_person=actions.why_not_this_person,
        checks=lambda targets: readiness.before_confirmation(targets[0]),
        explain=_(
            "Experts will be invited and regions will be told by e-mail immediately. The "
            "person who started the run cannot confirm its teams."
        ),
        refusals=(NothingToDo, OutOfDate),
        done=_("Teams confirmed. The invitations are being sent."),
        icon="handshake",
    ),
]
