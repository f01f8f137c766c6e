"""A file in the making survives a killed worker and an emptied broker: whole, or not at all."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from core.accounts.enums import Role
from core.files import actions, tasks
from core.files.models import PreparedFile
from core.mail.models import Message
from impact.celery import app
from impact.local.processes import wait_until
from tests.builders.applications import submitted
from tests.builders.calls import closed_call
from tests.builders.people import person

WAIT_SECONDS = 60


def ask():
    parameters = {"model": "applications.Application", "format": "xlsx", "query": ""}
    by = person(Role.MANAGER)
    return actions.request(by=by, kind="export", title="Applications", parameters=parameters, language="en")


def status_is(file, status):
    def reached():
        file.refresh_from_db()
        return file.status == status

    return reached


def test_file_is_made_by_the_next_worker_when_the_first_is_killed(celery_worker_process):
    submitted(closed_call())
    second = connection.copy()
    second.set_autocommit(False)
    try:
        with second.cursor() as cursor:
            # The maker puts the export on record: there it waits.
            cursor.execute("LOCK TABLE access_access IN SHARE MODE")
        file = ask()
        assert wait_until(status_is(file, "running"), WAIT_SECONDS)
        celery_worker_process.kill()
    finally:
        second.rollback()
        second.close()
    PreparedFile.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    celery_worker_process.ensure_running()

    tasks.sweep.delay()

    assert wait_until(status_is(file, "done"), WAIT_SECONDS)
    assert file.claims == 2
    assert Message.objects.filter(template="files/email/ready").count() == 1
    assert [c.to_status for c in file.changes.all()] == ["queued", "running", "queued", "running", "done"]


def test_file_is_found_again_when_the_broker_lost_it(celery_worker_process):
    celery_worker_process.kill()
    submitted(closed_call())
    file = ask()
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()
    celery_worker_process.ensure_running()

    tasks.sweep.delay()

    assert wait_until(status_is(file, "done"), WAIT_SECONDS)
    assert file.claims == 1
