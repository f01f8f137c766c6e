"""A run survives a killed worker and an emptied broker: done once, whole, or not at all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from impact.celery import app
from impact.local.processes import wait_until
from matching import actions, tasks
from matching.enums import RunStatus
from matching.models import MatchRun, RegionProposal
from tests.matching import factories

WAIT_SECONDS = 60


def start():
    factories.region()
    factories.expert()
    return actions.start_run(by=factories.staff(), today=factories.TODAY)


def status_is(run, status):
    def reached():
        run.refresh_from_db()
        return run.status == status

    return reached


@pytest.fixture
def other_connection():
    second = connection.copy()
    yield second
    second.close()


def test_run_is_taken_over_when_its_worker_is_killed(celery_worker_process, other_connection):
    other_connection.set_autocommit(False)
    with other_connection.cursor() as cursor:
        # The worker gets as far as writing its proposals, and no further.
        cursor.execute("LOCK TABLE matching_regionproposal IN SHARE MODE")
    run = start()
    assert wait_until(status_is(run, RunStatus.RUNNING), WAIT_SECONDS)

    celery_worker_process.kill()
    other_connection.rollback()
    assert not RegionProposal.objects.exists()

    MatchRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    celery_worker_process.ensure_running()
    tasks.sweep.delay()

    assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)
    assert run.claims == 2
    assert RegionProposal.objects.filter(run=run).count() == 1
    assert [change.to_status for change in run.changes.all()] == [
        "queued",
        "running",
        "queued",
        "running",
        "done",
    ]


def test_run_is_found_again_when_the_broker_lost_it(celery_worker_process):
    celery_worker_process.kill()
    run = start()
    app.control.purge()
    celery_worker_process.ensure_running()

    tasks.sweep.delay()

    assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)
    assert run.claims == 1
