"""What the beat does for personal data."""

from celery import shared_task

from core.privacy import retention


@shared_task
def keep_no_longer() -> None:
    """Carry out every rule of retention."""
    retention.run()
