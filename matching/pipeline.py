"""A run at work: claim the row, solve its frozen problem, write the outcome in one transaction."""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import engine
from core import jobs
from core.history import move
from matching.enums import AnalysisStatus, RunStatus
from matching.models import Analysis, MatchRun, Proposal, RegionProposal

logger = logging.getLogger(__name__)


def claim() -> MatchRun | None:
    """Take the oldest run whose time has come."""
    return jobs.claim(MatchRun.objects.all())


def execute(run: MatchRun) -> None:
    """Solve a claimed run and write what came of it: proposals, or the reason why there are none."""
    watch = RunWatch(run)
    try:
        with watch:
            problem = engine.load_problem(run.problem)
            result = engine.solve(
                problem, progress=watch.report, should_stop=watch.is_stop_asked, remedies=False
            )
        _finish(run, result.to_json())
    except engine.ProblemError as error:
        _fail(run, _("The input cannot be solved: %(error)s") % {"error": error}, is_final=True)
    except Exception as error:
        logger.exception("Match run %s failed", run.pk)
        _fail(run, jobs.describe(error))


def requeue_abandoned() -> None:
    """Queue the runs whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for run in MatchRun.objects.abandoned().select_for_update(skip_locked=True):
            jobs.note_failure(run, _("The run stopped unexpectedly in the background."), is_at_once=True)


class RunWatch(jobs.Heartbeat):
    """Beats for a run while the engine computes.

    The engine may be silent for long; so the heartbeat, the progress that staff see and the
    question whether somebody has cancelled do not wait for it.
    """

    def __init__(self, run: MatchRun) -> None:
        super().__init__(run)
        self._stop_asked = threading.Event()
        self._progress: dict[str, Any] = {}

    def report(self, progress: engine.SearchProgress) -> None:
        self._progress = asdict(progress)

    def is_stop_asked(self) -> bool:
        return self._stop_asked.is_set()

    def beat(self) -> None:
        # A run that was cancelled, or taken over, is not this worker's any more.
        if not self.mine.update(heartbeat_at=timezone.now(), progress=self._progress):
            self._stop_asked.set()


@transaction.atomic
def _fail(claimed: MatchRun, reason: str, *, is_final: bool = False) -> None:
    if run := jobs.lock_if_mine(claimed):
        jobs.note_failure(run, reason, is_final=is_final)


@transaction.atomic
def _finish(claimed: MatchRun, result: dict[str, Any]) -> None:
    run = jobs.lock_if_mine(claimed)
    if run is None:
        return
    run.result, run.finished_at, run.error = result, timezone.now(), ""
    _write_proposals(run, result)
    move(run, RunStatus.DONE, by=None, also=["result", "finished_at", "error"])
    if result["status"] == "optimal":
        queue_analysis(run)


def queue_analysis(run: MatchRun) -> Analysis:
    """Let a run be analysed; the next sweep finds it."""
    analysis = Analysis.objects.create(run=run)
    analysis.changes.create(to_status=AnalysisStatus.QUEUED)
    return analysis


def _write_proposals(run: MatchRun, result: dict[str, Any]) -> None:
    regions = RegionProposal.objects.bulk_create(
        RegionProposal(run=run, region_id=int(row["id"]), score=row["score"], unserved=row["unserved"])
        for row in result["regions"]
    )
    Proposal.objects.bulk_create(
        Proposal(
            region_proposal=region,
            expert_id=int(member["expert"]),
            role=member["role"],
            half_days=member["half_days"],
            contributes=member["contributes"],
        )
        for region, row in zip(regions, result["regions"], strict=True)
        for member in row["team"]
    )
