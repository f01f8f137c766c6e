"""The worker's side of the matching."""

from celery import shared_task

from matching import analysing, emails, pipeline
from matching.models import Analysis, MatchRun


@shared_task
def run_due() -> None:
    """Compute whatever is queued, one run at a time, until nothing is left."""
    while run := pipeline.claim():
        pipeline.execute(run)


@shared_task
def analyse_due() -> None:
    """Find out what is asked about runs that are done, one run at a time, until nothing is left."""
    while analysis := analysing.claim():
        analysing.execute(analysis)


@shared_task
def sweep() -> None:
    """Find the runs and analyses that the broker lost or a worker dropped, and those that nobody began."""
    pipeline.requeue_abandoned()
    analysing.requeue_abandoned()
    if MatchRun.objects.queued().exists():
        run_due.delay()
    if Analysis.objects.queued().exists():
        analyse_due.delay()


@shared_task
def remind_invited() -> None:
    """Remind experts who have not answered an invitation, once, shortly before its deadline."""
    emails.remind_invited()
