"""The worker's side of the outbox."""

import time

from celery import Task, shared_task
from django.core.cache import cache

from core.mail import pipeline
from core.mail.models import Message
from core.mail.places import place_at_the_server

# A bulletin to many is sent by many short tasks: none may reach the worker's time limit.
TASK_LASTS_SECONDS = 60
# How long a task waits for more, and how often it looks: so one call serves many, and others wait little.
STAYS_SECONDS = 2
LOOKS_EVERY_SECONDS = 0.2
CALLED = "mail:worker-called"
# Should a task be lost on its way: as long as the beat takes to find what it was to send.
CALL_SECONDS = 10


def call_worker() -> None:
    """Queue a task that sends what is due, unless one waits or is at work: it will find this e-mail, too."""
    if cache.add(CALLED, True, CALL_SECONDS):
        deliver_due.delay()


@shared_task(bind=True)
def deliver_due(self: Task) -> None:
    """Send whatever is due, one row at a time; what is left after a minute is left to the next task."""
    began = time.monotonic()
    end = began + TASK_LASTS_SECONDS
    _deliver(end)
    # Only in a worker: whoever calls the function itself waits for it.
    if not (self.request.called_directly or self.request.is_eager):
        while time.monotonic() < began + STAYS_SECONDS:
            time.sleep(LOOKS_EVERY_SECONDS)
            _deliver(end)
    # Before the last look: what is written from now on calls again.
    cache.delete(CALLED)
    _deliver(end)
    if time.monotonic() > end:
        deliver_due.delay()


def _deliver(end: float) -> None:
    """Send what is due, until nothing is left or the time is over; unless enough others are sending."""
    with place_at_the_server() as is_free:
        while is_free and time.monotonic() <= end and (message := pipeline.claim()):
            pipeline.deliver(message)


@shared_task
def sweep() -> None:
    """Find what the broker lost or a worker dropped; erase the codes and links that no longer work."""
    pipeline.mark_abandoned()
    pipeline.erase_outlived_secrets()
    if Message.objects.due().exists():
        deliver_due.delay()
