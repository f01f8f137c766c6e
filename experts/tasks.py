"""The worker's side of the expert pool."""

from celery import shared_task
from django.utils import timezone

from experts import emails


@shared_task
def remind_to_confirm() -> None:
    """Ask experts each quarter whether their profile is still right."""
    emails.remind_to_confirm(timezone.now())
