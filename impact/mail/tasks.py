"""The worker's side of the outbox."""

from celery import shared_task

from impact.mail import pipeline
from impact.mail.models import Message


@shared_task
def deliver_due() -> None:
    """Send whatever is due, one row at a time, until nothing is left."""
    while message := pipeline.claim():
        pipeline.deliver(message)


@shared_task
def sweep() -> None:
    """Find what the broker lost or a worker dropped."""
    pipeline.doubt_abandoned()
    if Message.objects.due().exists():
        deliver_due.delay()
