"""The Celery application of beat, which knows tasks by their names alone: no model and no page is loaded.

Beat only publishes what the schedule says. With all of the portal it would take three times as much memory.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.loaders.app import AppLoader


class ScheduleLoader(AppLoader):
    """Loads the settings, and no tasks."""

    def import_default_modules(self) -> list[Any]:
        return []


# The application of the portal stays the current one where both are loaded, as in tests.
app = Celery("impact", loader=ScheduleLoader, fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
