"""Asking what takes a solver to answer, and waiting a moment for the answer."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import jobs
from core.calculations import tasks
from core.calculations.enums import CalculationStatus
from core.calculations.models import Calculation

# What is answered within this needs no page that says "being calculated".
WAITED_SECONDS = 1.0
LOOKED_AGAIN_SECONDS = 0.03
# Whoever reloads the page after a failure asks anew, but not with every poll.
FAILURE_STANDS = timedelta(seconds=10)


def ask(kind: str, question: object, *, seconds: float = WAITED_SECONDS) -> Calculation:
    """Return the calculation that answers a question: done if it was asked before or is answered at once.

    Who may ask is for the caller to judge: the question holds everything that the answer is made from.

    Args:
        kind: of `core.calculations.calculators`.
        question: JSON.
        seconds: for which an answer is waited for.
    """
    calculation = _wanted(kind, question)
    ends_at = time.monotonic() + seconds
    while calculation.is_under_way:
        calculation.refresh_from_db(fields=["status", "progress", "answer", "error"])
        if time.monotonic() > ends_at:
            break
        time.sleep(LOOKED_AGAIN_SECONDS)
    return calculation


def known_answer(kind: str, question: object) -> Any:
    """Return the answer to a question if it was asked before and is answered; else None."""
    done = Calculation.objects.filter(sha256=_digest(kind, question), status=CalculationStatus.DONE)
    return done.values_list("answer", flat=True).first()


@transaction.atomic
def _wanted(kind: str, question: object) -> Calculation:
    digest = _digest(kind, question)
    Calculation.objects.bulk_create(
        [Calculation(kind=kind, question=question, sha256=digest)], ignore_conflicts=True
    )
    calculation = Calculation.objects.select_for_update().get(sha256=digest)
    now = timezone.now()
    if not calculation.changes.exists():
        calculation.changes.create(to_status=calculation.status)
        transaction.on_commit(tasks.compute_due.delay, robust=True)
    elif calculation.status == CalculationStatus.FAILED and _may_be_tried(calculation):
        jobs.try_again(calculation, by=None)
        transaction.on_commit(tasks.compute_due.delay, robust=True)
    calculation.asked_at = now
    calculation.save(update_fields=["asked_at"])
    return calculation


def _may_be_tried(failed: Calculation) -> bool:
    return failed.finished_at is None or timezone.now() - failed.finished_at > FAILURE_STANDS


def _digest(kind: str, question: object) -> str:
    text = json.dumps([kind, question], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
