"""A run at work: claim the row, solve its frozen problem, write the outcome in one transaction."""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import engine
from impact.history import move
from matching.enums import RunStatus
from matching.models import MatchRun, Proposal, RegionProposal

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# A run that kills its worker every time must not do so for ever.
MAX_CLAIMS = 3


def claim() -> MatchRun | None:
    """Take the oldest queued run, committed before the work, so that no other worker takes it too."""
    with transaction.atomic():
        run = MatchRun.objects.queued().select_for_update(skip_locked=True).first()
        if run is None:
            return None
        run.claimed_at = run.heartbeat_at = timezone.now()
        run.claims += 1
        run.save(update_fields=["claimed_at", "heartbeat_at", "claims"])
        move(run, RunStatus.RUNNING, by=None)
        return run


def execute(run: MatchRun) -> None:
    """Solve a claimed run and write what came of it: proposals, or the reason why there are none."""
    watch = Watch(run)
    try:
        with watch:
            problem = engine.load_problem(run.problem)
            result = engine.solve(problem, progress=watch.report, should_stop=watch.is_stop_asked)
    except engine.ProblemError as error:
        _fail(run, _("The input cannot be solved: %(error)s") % {"error": error})
    except Exception as error:
        logger.exception("Match run %s failed", run.pk)
        _fail(run, f"{type(error).__name__}: {error}")
    else:
        _finish(run, result.to_json())


def requeue_abandoned() -> None:
    """Queue the runs whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for run in MatchRun.objects.abandoned().select_for_update(skip_locked=True):
            if run.is_cancel_asked:
                move(run, RunStatus.CANCELLED, by=run.cancel_asked_by)
                continue
            if run.claims < MAX_CLAIMS:
                move(run, RunStatus.QUEUED, by=None, reason="The worker stopped; another one takes over.")
                continue
            run.error = _("The worker stopped %(count)s times while it computed this run.") % {
                "count": run.claims
            }
            run.finished_at = timezone.now()
            run.save(update_fields=["error", "finished_at"])
            move(run, RunStatus.FAILED, by=None, reason=run.error)


class Watch(threading.Thread):
    """Beats for a run while the engine computes, on a database connection of its own.

    The engine may be silent for long; so the heartbeat, the progress that staff see and the
    question whether somebody has cancelled do not wait for it.
    """

    def __init__(self, run: MatchRun) -> None:
        super().__init__(daemon=True)
        self.run_id, self.claims = run.pk, run.claims
        self._stop_asked = threading.Event()
        self._ended = threading.Event()
        self._progress: dict[str, Any] = {}

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self.join()

    def report(self, progress: engine.Progress) -> None:
        self._progress = asdict(progress)

    def is_stop_asked(self) -> bool:
        return self._stop_asked.is_set()

    def run(self) -> None:
        try:
            while not self._ended.wait(HEARTBEAT_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        mine = MatchRun.objects.filter(pk=self.run_id, status=RunStatus.RUNNING, claims=self.claims)
        is_still_mine = mine.update(heartbeat_at=timezone.now(), progress=self._progress)
        if not is_still_mine or mine.filter(cancel_asked_by__isnull=False).exists():
            self._stop_asked.set()


def _still_mine(run: MatchRun) -> MatchRun | None:
    """Lock the run, unless another worker has taken it over since."""
    now = MatchRun.objects.select_for_update().get(pk=run.pk)
    return now if (now.status, now.claims) == (RunStatus.RUNNING, run.claims) else None


@transaction.atomic
def _fail(claimed: MatchRun, reason: str) -> None:
    if run := _still_mine(claimed):
        run.error, run.finished_at = reason[:2000], timezone.now()
        run.save(update_fields=["error", "finished_at"])
        move(run, RunStatus.FAILED, by=None, reason=run.error)


@transaction.atomic
def _finish(claimed: MatchRun, result: dict[str, Any]) -> None:
    run = _still_mine(claimed)
    if run is None:
        return
    run.finished_at = timezone.now()
    if run.is_cancel_asked:
        run.save(update_fields=["finished_at"])
        move(run, RunStatus.CANCELLED, by=run.cancel_asked_by)
        return
    run.result = result
    run.save(update_fields=["result", "finished_at"])
    _write_proposals(run, result)
    move(run, RunStatus.DONE, by=None)


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
