"""The worker's side of the outbox."""

import time

from celery import shared_task
from django.core.cache import cache

from impact.mail import pipeline
from impact.mail.models import Message

# A bulletin to many is sent by many short tasks: none may reach the worker's time limit.
TASK_LASTS_SECONDS = 60
CALLED = "mail:worker-called"
# Should a task be lost on its way: as long as the beat takes to find what it was to send.
CALL_SECONDS = 10


def call_worker() -> None:
    """Queue a task that sends what is due, unless one is waiting: it will find this e-mail, too."""
    if cache.add(CALLED, True, CALL_SECONDS):
        deliver_due.delay()


@shared_task
def deliver_due() -> None:
    """Send whatever is due, one row at a time; what is left after a minute is left to the next task."""
    # Before the first look: what is written from now on calls again.
    cache.delete(CALLED)
    end = time.monotonic() + TASK_LASTS_SECONDS
    while message := pipeline.claim():
        pipeline.deliver(message)
        if time.monotonic() > end:
            deliver_due.delay()
            return


@shared_task
def sweep() -> None:
    """Find what the broker lost or a worker dropped."""
    pipeline.doubt_abandoned()
    if Message.objects.due().exists():
        deliver_due.delay()


@shared_task
def forget_codes() -> None:
    """Empty the e-mails whose code nobody needs any more."""
    Message.objects.spent_codes().update(body="", html="")
