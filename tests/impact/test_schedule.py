"""What beat calls: nothing piles up, and e-mails wait for nothing else."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from celery.schedules import crontab
from django.conf import settings

from impact.celery import app

SCHEDULE = settings.CELERY_BEAT_SCHEDULE


def seconds_between_calls(schedule: float | crontab) -> float:
    """The shortest time from one call to the next."""
    if not isinstance(schedule, crontab):
        return schedule
    minutes = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number) for number in range(3 * 24 * 60)]
    calls = [at for at in minutes if at.minute in schedule.minute and at.hour in schedule.hour]
    return min((later - at).total_seconds() for at, later in zip(calls, calls[1:], strict=False))


@pytest.mark.parametrize("name", SCHEDULE)
def test_call_expires_before_the_next_one(name: str) -> None:
    entry = SCHEDULE[name]

    assert 0 < entry["options"]["expires"] < seconds_between_calls(entry["schedule"])


@pytest.mark.parametrize("name", SCHEDULE)
def test_call_names_a_task_that_exists(name: str) -> None:
    app.loader.import_default_modules()

    assert SCHEDULE[name]["task"] in app.tasks


def test_tasks_of_the_outbox_have_a_queue_of_their_own() -> None:
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in ours}

    assert {name for name, queue in queues.items() if queue == "mail"} == {
        name for name in ours if name.startswith("core.mail.")
    }
    assert set(queues.values()) == {"mail", "celery"}


ALONE = """
from django.apps import apps
from impact.beat import app
app.finalize()
app.loader.import_default_modules()
import sys
print(apps.ready, "applications" in sys.modules, len(app.conf.beat_schedule))
for entry in app.conf.beat_schedule.values():
    print(entry["task"], app.amqp.router.route({}, entry["task"])["queue"].name)
"""


def test_beat_loads_nothing_of_the_portal_and_publishes_to_the_same_queues() -> None:
    """A process of its own: this one has loaded everything."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=settings.BASE_DIR, capture_output=True, check=True, timeout=60
    )
    first, *routes = done.stdout.decode().splitlines()

    assert first == f"False False {len(SCHEDULE)}"
    assert routes == [
        f"{name} {app.amqp.router.route({}, name)['queue'].name}"
        for name in (entry["task"] for entry in SCHEDULE.values())
    ]


def test_tasks_are_published_by_the_application_of_the_portal_where_both_are_loaded() -> None:
    importlib.import_module("impact.beat")
    assert current_app.conf is app.conf
