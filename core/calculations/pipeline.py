"""A calculation at work: claim its row, let its calculator answer, write the answer."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import jobs
from core.calculations import calculators
from core.calculations.enums import CalculationStatus
from core.calculations.models import Calculation
from core.history import move

logger = logging.getLogger(__name__)

WORKER_DIED = gettext_noop("The calculation stopped before it was finished.")


def claim() -> Calculation | None:
    """Take the oldest calculation whose time has come."""
    return jobs.claim(Calculation.objects.all())


def execute(calculation: Calculation) -> None:
    """Answer a claimed calculation: done, or failed with the reason."""
    try:
        with Watch(calculation) as watch:
            answer = calculators.answer_to(calculation.kind, calculation.question, watch.report)
        _finish(calculation, answer)
    except Exception as error:  # whatever broke, the person must learn that no answer will come
        logger.exception("Calculation %s failed", calculation)
        _fail(calculation, jobs.describe(error))


def requeue_abandoned() -> None:
    """Queue the calculations whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for calculation in Calculation.objects.abandoned().select_for_update(skip_locked=True):
            jobs.note_failure(calculation, WORKER_DIED, is_at_once=True)


class Watch(jobs.Heartbeat):
    """Beats for a calculation while a solver is at work, with the steps that it has done."""

    def __init__(self, calculation: Calculation) -> None:
        super().__init__(calculation)
        self._progress: dict[str, int] = {}

    def __enter__(self) -> Watch:
        super().__enter__()
        return self

    def report(self, done: int, of: int) -> None:
        self._progress = {"done": done, "of": of}

    def beat(self) -> None:
        self.mine.update(heartbeat_at=timezone.now(), progress=self._progress)


@transaction.atomic
def _finish(claimed: Calculation, answer: object) -> None:
    calculation = jobs.lock_if_mine(claimed)
    if calculation is None:
        return
    calculation.answer, calculation.finished_at, calculation.error = answer, timezone.now(), ""
    move(calculation, CalculationStatus.DONE, by=None, also=["answer", "finished_at", "error"])


@transaction.atomic
def _fail(claimed: Calculation, reason: str) -> None:
    if calculation := jobs.lock_if_mine(claimed):
        jobs.note_failure(calculation, reason)
