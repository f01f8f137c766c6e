"""Start and cancel runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import move, require
from matching import pipeline, readiness, snapshots, tasks
from matching.enums import AnalysisStatus, RunStatus
from matching.exceptions import NothingToDo
from matching.models import Analysis, MatchRun, Reservation


@transaction.atomic
def start_run(
    *,
    by: User,
    note: str = "",
    change_cost: int = 0,
    time_limit_s: int = 120,
    programme: Mapping[str, int] | None = None,
    today: date | None = None,
    accepting: Acceptance | None = None,
) -> MatchRun:
    """Freeze the input of a run and queue it; the worker starts after the commit.

    Args:
        by: may run the matching.
        note: for the list of runs.
        change_cost: points (0 to 1000) of quality that one changed member must be worth.
        time_limit_s: seconds after which the best result so far is taken.
        programme: rules of the programme that are on, as the engine knows them, in half-days.
        today: for tests; months before its month count for nobody.
        accepting: the person's word that the run starts although something is unfinished.

    Raises:
        NotAllowed: the person may not.
        NotFinished: something is unfinished (`readiness.before_start`), such as another run.
        NothingToDo: no region waits for a team, no expert is approved, or a run began in the same moment.
    """
    require(by, "matching.run_matching")
    unfinished = readiness.before_start()
    require_finished(unfinished, accepting)
    parameters = {"change_cost": change_cost, "time_limit_s": time_limit_s, **(programme or {})}
    reservations, day = list(Reservation.objects.in_force()), today or timezone.localdate()
    problem = snapshots.take(today=day, parameters=parameters, reservations=reservations)
    _refuse_empty(problem)
    run = MatchRun(requested_by=by, note=note, problem=problem, problem_sha256=snapshots.digest(problem))
    _queue(run.save)
    run.reservations.set(reservations)
    run.changes.create(to_status=RunStatus.QUEUED, by=by, reason=note)
    record(readiness.STARTING, run, by=by, unfinished=unfinished, accepting=accepting)
    transaction.on_commit(tasks.run_due.delay, robust=True)
    return run


@transaction.atomic
def cancel_run(*, run_id: int, by: User, reason: str = "") -> MatchRun:
    """Cancel a run at once, so that the next one can start; an engine at work stops with its next heartbeat.

    Raises:
        NotAllowed: the person may not.
        IllegalMove: the run is over.
    """
    require(by, "matching.run_matching")
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    run.cancel_asked_by, run.finished_at = by, timezone.now()
    move(run, RunStatus.CANCELLED, by=by, reason=reason, also=["cancel_asked_by", "finished_at"])
    return run


@transaction.atomic
def try_run_again(*, run_id: int, by: User) -> MatchRun:
    """Queue a run again that failed, with the input that it was given.

    Raises:
        NotAllowed: the person may not.
        IllegalMove: it has not failed.
        NothingToDo: another run is under way.
    """
    require(by, "matching.run_matching")
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    _queue(partial(jobs.try_again, run, by=by))
    transaction.on_commit(tasks.run_due.delay, robust=True)
    return run


@transaction.atomic
def analyse_run(*, run_id: int, by: User) -> Analysis:
    """Let what is not yet found out about a run be found out.

    Raises:
        NotAllowed: the person may not.
        IllegalMove: the analysis is under way or complete.
        NothingToDo: the run has no result, or one that is not proven, so that no price could be told.
    """
    require(by, "matching.run_matching")
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    if run.status != RunStatus.DONE or run.stored_result["status"] != "optimal":
        raise NothingToDo(_("Only a run with a proven result can be analysed."))
    analysis = Analysis.objects.select_for_update().filter(run=run).first()
    if analysis is None:
        return pipeline.queue_analysis(run)
    analysis.failures, analysis.not_before, analysis.error = 0, None, ""
    analysis.asked_at, analysis.finished_at = timezone.now(), None
    also = ["failures", "not_before", "error", "asked_at", "finished_at"]
    move(analysis, AnalysisStatus.QUEUED, by=by, also=also)
    return analysis


def _refuse_empty(problem: Mapping[str, Any]) -> None:
    if not problem["regions"]:
        raise NothingToDo(
            _("No pilot region is waiting for a team, or their requirements have not been entered yet.")
        )
    if not problem["experts"]:
        raise NothingToDo(_("No expert has been approved yet."))


def _queue(save: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if "run_one_at_a_time" not in str(error):
            raise
        raise NothingToDo(_("A run is in progress. Wait for it to finish, or cancel it.")) from error
