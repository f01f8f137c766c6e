"""The worker's side of the newsletter."""

from celery import shared_task
from django.utils import timezone

from newsletter import pipeline
from newsletter.models import Bulletin


@shared_task
def send(bulletin_id: int) -> None:
    """Send a due bulletin, batch by batch; started again, it goes on where it stopped."""
    while pipeline.send_next_batch(bulletin_id):
        pass


@shared_task
def sweep() -> None:
    """Find bulletins whose time has come, and those that a worker dropped."""
    for bulletin in Bulletin.objects.due(timezone.now()):
        send.delay(bulletin.pk)
