"""The Celery application: the worker runs jobs, the beat re-publishes what the broker lost."""

from __future__ import annotations

import gc
import logging.config
import os
from typing import Any

from celery import Celery, Task
from celery.result import AsyncResult
from celery.signals import setup_logging, worker_before_create_process
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError, ResponseError

from core.breaker import breaker_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "impact.settings.local")
logger = logging.getLogger(__name__)


class WakingTask(Task):
    """A task whose call may get lost: its row is the truth, and a sweep finds it.

    So nobody waits for a broker that is away: not the request that wrote the row, and not the next one.
    """

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> AsyncResult | None:
        """Publish the call, and return None if the broker does not take it."""
        if self.app.conf.task_always_eager:
            return super().apply_async(*args, **kwargs)
        breaker = breaker_of(self.app.conf.broker_write_url or self.app.conf.broker_url)
        if not breaker.may_ask():
            self._lost("it did not answer a moment ago")
            return None
        try:
            published = super().apply_async(*args, **kwargs)
        except (OperationalError, RedisError, OSError) as error:
            # Kombu hides what the broker said in an error of its own; a broker that refuses has answered.
            has_answered = isinstance(error.__cause__ or error, ResponseError)
            (breaker.succeeded if has_answered else breaker.failed)()
            self._lost(error)
            return None
        breaker.succeeded()
        return published

    def _lost(self, reason: object) -> None:
        logger.warning("The broker is out of reach, %s waits for its sweep: %s", self.name, reason)


class App(Celery):
    """Celery that publishes with shorter waits than those with which a worker listens."""

    def connection_for_write(
        self, url: str | None = None, *, transport_options: dict[str, Any] | None = None, **kwargs: Any
    ) -> Connection:
        options = {**settings.BROKER_WRITE_OPTIONS, **(transport_options or {})}
        connection: Connection = super().connection_for_write(url, transport_options=options, **kwargs)
        return connection


app = App("impact", task_cls=WakingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def share(**kwargs: Any) -> None:
    """Take what is loaded out of the garbage collector, as `impact/wsgi.py` does, so that it stays shared."""
    gc.freeze()


@setup_logging.connect
def log_as_the_portal_does(**kwargs: Any) -> None:
    """Keep Celery from logging by rules of its own, which would not remove secrets."""
    logging.config.dictConfig(settings.LOGGING)
