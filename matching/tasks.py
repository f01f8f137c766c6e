"""The worker's side of the matching."""

from celery import shared_task

from matching import emails, pipeline
from matching.models import MatchRun


@shared_task
def run_due() -> None:
    """Compute whatever is queued, one run at a time, until nothing is left."""
    while run := pipeline.claim():
        pipeline.execute(run)


@shared_task
def sweep() -> None:
    """Find the runs that the broker lost or a worker dropped."""
    pipeline.requeue_abandoned()
    if MatchRun.objects.queued().exists():
        run_due.delay()


@shared_task
def remind_invited() -> None:
    """Remind experts who have not answered an invitation, once, shortly before its deadline."""
    emails.remind_invited()
