"""An analysis at work: claim the row, put one question after another to the engine, keep every answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

import engine
from core import jobs
from core.history import move
from matching.enums import AnalysisStatus, FindingKind
from matching.models import Analysis, Finding, MatchRun
from matching.questions import RunQuestion, open_questions
from matching.results import read_result

logger = logging.getLogger(__name__)

# Thirty regions and two hundred experts take half a minute of a processor. A default to confirm.
LONGEST_SECONDS = 600.0
# Kept in English and translated where it is shown: staff read it in their own languages.
OUT_OF_TIME = gettext_noop("The time for the analysis ran out before every question was answered.")
NEWER_RUN = gettext_noop("A newer run has been started, and its analysis comes first.")
WORKER_DIED = gettext_noop("The analysis stopped unexpectedly in the background.")


def claim() -> Analysis | None:
    """Take the oldest analysis whose time has come."""
    return jobs.claim(Analysis.objects.all())


def execute(analysis: Analysis) -> None:
    """Answer the open questions of a claimed analysis, each kept at once, until all are or it must stop."""
    try:
        with AnalysisWatch(analysis) as watch:
            for question, answers in _answered(analysis, watch):
                if reason := watch.reason_to_stop():
                    _end(analysis, AnalysisStatus.STOPPED, reason)
                    return
                _keep(analysis, question, answers)
        _end(analysis, AnalysisStatus.DONE)
    except Exception as error:
        logger.exception("Analysis of match run %s failed", analysis.run_id)
        _fail(analysis, jobs.describe(error))


def requeue_abandoned() -> None:
    """Queue the analyses whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for analysis in Analysis.objects.abandoned().select_for_update(skip_locked=True):
            jobs.note_failure(analysis, WORKER_DIED, is_at_once=True)


class AnalysisWatch(jobs.Heartbeat):
    """Beats for an analysis while the engine computes, and says when it must stop."""

    def __init__(self, analysis: Analysis) -> None:
        super().__init__(analysis)
        self._analysis, self._ends_at = analysis, time.monotonic() + LONGEST_SECONDS
        self._is_stop_asked = threading.Event()

    def __enter__(self) -> AnalysisWatch:
        super().__enter__()
        return self

    def beat(self) -> None:
        super().beat()
        if self._is_overtaken():
            self._is_stop_asked.set()

    def must_stop(self) -> bool:
        return self._is_stop_asked.is_set() or time.monotonic() > self._ends_at

    def reason_to_stop(self) -> str:
        if self._is_overtaken():
            return NEWER_RUN
        return OUT_OF_TIME if self.must_stop() else ""

    def _is_overtaken(self) -> bool:
        return MatchRun.objects.newer_than(self._analysis.run, self._analysis.asked_at).exists()


def _answered(
    analysis: Analysis, watch: AnalysisWatch
) -> Iterator[tuple[RunQuestion, dict[str | None, Any]]]:
    """Yield the open questions with their answers, by region where one question has several."""
    problem = engine.load_problem(analysis.run.problem)
    result = read_result(analysis.run.stored_result)
    insights = engine.Insights(problem, result, should_stop=watch.must_stop)
    for question in open_questions(analysis):
        yield question, _answers(question, insights)


def _answers(question: RunQuestion, insights: engine.Insights) -> dict[str | None, Any]:
    match question.kind:
        case FindingKind.REMEDIES:
            found = insights.remedies().items()
            return {key: {"remedies": told, "complete": complete} for key, (told, complete) in found}
        case FindingKind.RECRUITING:
            return {None: insights.recruiting_plan()}
        case FindingKind.LOSS:
            return {None: insights.without(str(question.expert))}
        case FindingKind.OTHER_TEAMS:
            teams = insights.alternatives(str(question.region))
            return {question.region: [team.to_json() for team in teams]}
        case FindingKind.RULES:
            return {None: insights.price_of_rules()}
        case FindingKind.FAIRNESS:
            return {None: insights.price_of_fairness()}


@transaction.atomic
def _keep(claimed: Analysis, question: RunQuestion, answers: dict[str | None, Any]) -> None:
    analysis = jobs.lock_if_mine(claimed)
    if analysis is None:
        return
    Finding.objects.bulk_create(
        Finding(
            analysis=analysis,
            kind=question.kind,
            region_id=region and int(region),
            expert_id=question.expert and int(question.expert),
            value=value,
        )
        for region, value in answers.items()
    )


@transaction.atomic
def _end(claimed: Analysis, status: AnalysisStatus, reason: str = "") -> None:
    analysis = jobs.lock_if_mine(claimed)
    if analysis is None:
        return
    analysis.finished_at, analysis.error = timezone.now(), reason
    analysis.failures, analysis.not_before = 0, None
    also = ["finished_at", "error", "failures", "not_before"]
    move(analysis, status, by=None, reason=reason, also=also)


@transaction.atomic
def _fail(claimed: Analysis, reason: str) -> None:
    if analysis := jobs.lock_if_mine(claimed):
        jobs.note_failure(analysis, reason)
