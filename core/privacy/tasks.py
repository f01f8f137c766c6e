"""What the beat does for personal data."""

from celery import shared_task

from core.privacy import retention


@shared_task
def delete_outlived() -> None:
    """Carry out every rule of retention."""
    retention.run()
