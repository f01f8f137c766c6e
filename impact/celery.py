"""The Celery application: the worker runs jobs, the beat re-publishes what the broker lost."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "impact.settings.local")

app = Celery("impact")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_portal_does(**kwargs: Any) -> None:
    """Keep Celery from logging by rules of its own, which would not remove secrets."""
    logging.config.dictConfig(settings.LOGGING)
