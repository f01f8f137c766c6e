"""What the beat does for accounts."""

from celery import shared_task

from core.accounts.models import MailedCode
from core.accounts.sessions import SessionStore


@shared_task
def clear_expired_sessions() -> None:
    SessionStore.clear_expired()


@shared_task
def forget_codes() -> None:
    """Delete the rows of codes that could be typed until a day ago."""
    MailedCode.objects.forgettable().delete()
