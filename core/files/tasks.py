"""The worker's side of files that take long to make."""

from celery import shared_task

from core.files import pipeline
from core.files.models import PreparedFile
from core.uploads import orphans


@shared_task
def make_due() -> None:
    """Make whatever is queued, one file at a time, until nothing is left."""
    while file := pipeline.claim():
        pipeline.execute(file)


@shared_task
def sweep() -> None:
    """Find the files that the broker lost or a worker dropped."""
    pipeline.requeue_abandoned()
    if PreparedFile.objects.queued().exists():
        make_due.delay()


@shared_task
def remove_orphans() -> None:
    """Delete the files that no row names."""
    orphans.remove_orphans()
