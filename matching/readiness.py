"""What is unfinished before a run starts, or before the teams of a run are confirmed."""

from __future__ import annotations

import hashlib

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from applications.enums import PilotStatus, SelectionStatus
from applications.models import PilotRegion, Selection
from applications.querysets import PilotRegionQuerySet
from applications.selecting.querysets import unconfirmed_sides
from core.checklists import DecisionStage, ReadinessCheck, UnfinishedLine
from experts.enums import ExpertStatus
from experts.models import Expert
from matching import completeness, freshness, snapshots
from matching.board import names_of_all
from matching.enums import MatchStatus, RunStatus
from matching.models import Match, MatchRun, Proposal, RegionProposal
from matching.querysets import RegionProposalQuerySet

VIEW = "matching.view_matchrun"
STARTING = DecisionStage("start_run", gettext_lazy("Match run started"), VIEW, has_history=True)
CONFIRMING = DecisionStage("confirm_teams", gettext_lazy("Teams confirmed"), VIEW)

MISSING_WORDS = {
    "sides": gettext_lazy("at least two sides of the border, each with a language"),
    "needs": gettext_lazy("expertise areas"),
    "months": gettext_lazy("days in at least one month"),
}
# Blocks: two runs at once would propose the same experts twice; the database refuses the second as well.
UNDER_WAY = ReadinessCheck(
    "run_under_way",
    ngettext_lazy(
        "%(count)s run is under way: wait for it, or cancel it.",
        "%(count)s runs are under way: wait for them, or cancel them.",
        "count",
    ),
    is_blocking=True,
)
LEFT_OUT = ReadinessCheck(
    "regions_left_out",
    ngettext_lazy(
        "%(count)s region is left out, because something is missing.",
        "%(count)s regions are left out, because something is missing.",
        "count",
    ),
)
# Blocks: a run would build teams on sides and languages that only a program has worked out.
SIDES = ReadinessCheck(
    "sides_unconfirmed",
    ngettext_lazy(
        "Nobody has confirmed the sides of %(count)s region with their languages.",
        "Nobody has confirmed the sides of %(count)s regions with their languages.",
        "count",
    ),
    is_blocking=True,
)
SIDES_CHANGED = ReadinessCheck(
    "sides_changed",
    ngettext_lazy(
        "The sides of %(count)s region have changed, and nobody has confirmed them since.",
        "The sides of %(count)s regions have changed, and nobody has confirmed them since.",
        "count",
    ),
)
UNVETTED = ReadinessCheck(
    "experts_unvetted",
    ngettext_lazy(
        "%(count)s expert waits for approval and cannot be proposed.",
        "%(count)s experts wait for approval and cannot be proposed.",
        "count",
    ),
)
SELECTIONS = ReadinessCheck(
    "selections_proposed",
    ngettext_lazy(
        "%(count)s proposed selection is not confirmed: its regions are not in the run.",
        "%(count)s proposed selections are not confirmed: their regions are not in the run.",
        "count",
    ),
)
LETTERS = ReadinessCheck(
    "region_letters_held",
    ngettext_lazy(
        "%(count)s region has not got its letter yet: its team cannot be confirmed before.",
        "%(count)s regions have not got their letters yet: their teams cannot be confirmed before.",
        "count",
    ),
)
# Blocks: an invitation would tell of an outcome before its letter does, and no other team can be confirmed.
ALL_LETTERS = ReadinessCheck(
    "all_region_letters_held",
    ngettext_lazy(
        "The letter to the only region with a team is still held.",
        "The letters to all %(count)s regions with a team are still held.",
        "count",
    ),
    is_blocking=True,
)
NO_TEAM = ReadinessCheck(
    "regions_without_team",
    ngettext_lazy(
        "%(count)s region has no team in this run.", "%(count)s regions have no team in this run.", "count"
    ),
)
DECLINED = ReadinessCheck(
    "members_declined",
    ngettext_lazy(
        "%(count)s proposed member has declined the region since.",
        "%(count)s proposed members have declined their region since.",
        "count",
    ),
)
FALLEN = ReadinessCheck(
    "members_missing",
    ngettext_lazy(
        "%(count)s confirmed place in a team of a region outside this run is empty.",
        "%(count)s confirmed places in teams of regions outside this run are empty.",
        "count",
    ),
)
STALE = ReadinessCheck(
    "input_changed",
    ngettext_lazy(
        "%(count)s change of the input since this run.",
        "%(count)s changes of the input since this run.",
        "count",
    ),
)
UNPROVEN = ReadinessCheck(
    "unproven",
    ngettext_lazy(
        "The result is not proven to be the best.",
        "%(count)s results are not proven to be the best.",
        "count",
    ),
)


def before_start() -> list[UnfinishedLine]:
    """Return what is unfinished before a run starts."""
    running = MatchRun.objects.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING])
    unvetted = Expert.objects.filter(status=ExpertStatus.SUBMITTED)
    selections = Selection.objects.awaiting_confirmation()
    return [
        *UNDER_WAY.of(_keys(running), address=reverse("admin:matching_matchrun_changelist")),
        *regions_to_complete(),
        *UNVETTED.of(_keys(unvetted), address=_list("experts_expert", status=ExpertStatus.SUBMITTED)),
        *SELECTIONS.of(
            _keys(selections), address=_list("applications_selection", status=SelectionStatus.PROPOSED)
        ),
        *LETTERS.of(_keys(_waiting(PilotRegion.objects.active())), address=_letters()),
    ]


def regions_to_complete() -> list[UnfinishedLine]:
    """Return which regions lack what a run must know, or have it without anybody having confirmed it."""
    usable = [region.pk for region in PilotRegion.objects.for_matching() if not snapshots.lacks(region)]
    return [*_left_out(), *_unconfirmed(PilotRegion.objects.filter(pk__in=usable), SIDES)]


def before_confirmation(run: MatchRun) -> list[UnfinishedLine]:
    """Return what is unfinished before teams of a run are confirmed."""
    proposals = run.region_proposals.all()
    open_teams = proposals.served().filter(confirmed_at__isnull=True)
    regions = PilotRegion.objects.active().filter(pk__in=proposals.values("region"))
    return [
        *_held(regions.filter(pk__in=open_teams.values("region"))),
        *([] if run.stored_result["status"] == "optimal" else UNPROVEN.of([run.pk])),
        *_stale(run),
        *_without_team(run),
        *_declined(open_teams, run),
        *_fallen(run),
        *_unconfirmed(regions, SIDES_CHANGED),
    ]


def _left_out() -> list[UnfinishedLine]:
    found = {
        region: missing
        for region in PilotRegion.objects.for_matching()
        if (missing := snapshots.lacks(region))
    }
    details = [
        _("Left out: %(region)s. Missing: %(missing)s.")
        % {"region": region, "missing": ", ".join(str(MISSING_WORDS[part]) for part in missing)}
        for region, missing in found.items()
    ]
    address = _list("applications_pilotregion", status=PilotStatus.ACTIVE)
    return LEFT_OUT.of((region.pk for region in found), address=address, details=details)


def _unconfirmed(regions: PilotRegionQuerySet, check: ReadinessCheck) -> list[UnfinishedLine]:
    address = f"{reverse('admin:applications_pilotregion_changelist')}?sides=unconfirmed"
    names = dict(unconfirmed_sides(regions).values_list("pk", "name"))
    return check.of(names, address=address, details=list(names.values()))


def _held(regions: PilotRegionQuerySet) -> list[UnfinishedLine]:
    waiting = list(_waiting(regions))
    check = ALL_LETTERS if waiting and len(waiting) == regions.count() else LETTERS
    return check.of(
        (region.pk for region in waiting), address=_letters(), details=[region.name for region in waiting]
    )


def _stale(run: MatchRun) -> list[UnfinishedLine]:
    texts = freshness.warnings(run, names_of_all(), today=timezone.localdate())
    # A change has no key of its own: its words stand for it, which say the same in the language of the page.
    return STALE.of((hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts), details=texts)


def _without_team(run: MatchRun) -> list[UnfinishedLine]:
    served = run.region_proposals.served().values("pk")
    left = run.region_proposals.exclude(pk__in=served).filter(region__status=PilotStatus.ACTIVE)
    rows = dict(left.values_list("region", "region__name"))
    return NO_TEAM.of(
        rows, address=reverse("admin:matching_matchrun_change", args=[run.pk]), details=list(rows.values())
    )


def _declined(teams: RegionProposalQuerySet, run: MatchRun) -> list[UnfinishedLine]:
    said_no = Match.objects.filter(
        region=OuterRef("region_proposal__region"),
        expert=OuterRef("expert"),
        status=MatchStatus.DECLINED,
        changes__to_status=MatchStatus.DECLINED,
        changes__at__gte=run.requested_at,
    )
    members = Proposal.objects.filter(Exists(said_no), region_proposal__in=teams)
    return DECLINED.of(_keys(members), address=_list("matching_match", status=MatchStatus.DECLINED))


def _fallen(run: MatchRun) -> list[UnfinishedLine]:
    confirmed = RegionProposal.objects.latest_confirmed().filter(region__status=PilotStatus.ACTIVE)
    elsewhere = confirmed.exclude(region__in=run.region_proposals.values("region"))
    empty = completeness.without_current_match(Proposal.objects.filter(region_proposal__in=elsewhere))
    return FALLEN.of(_keys(empty), address=reverse("admin:matching_matchrun_changelist"))


def _waiting(regions: PilotRegionQuerySet) -> PilotRegionQuerySet:
    return regions.exclude(pk__in=PilotRegion.objects.told().values("pk"))


def _letters() -> str:
    return _list("applications_selection", status=SelectionStatus.CONFIRMED)


def _keys(rows: QuerySet) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def _list(name: str, *, status: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?status__exact={status}"
