"""The worker's side of calculations."""

from celery import shared_task

from core.calculations import pipeline
from core.calculations.models import Calculation


@shared_task
def compute_due() -> None:
    """Answer whatever is queued, one question at a time, until nothing is left."""
    while calculation := pipeline.claim():
        pipeline.execute(calculation)


@shared_task
def sweep() -> None:
    """Find the questions that the broker lost or a worker dropped."""
    pipeline.requeue_abandoned()
    if Calculation.objects.queued().exists():
        compute_due.delay()
