"""What a real worker writes of a task that it cannot do."""

from __future__ import annotations

from impact.celery import app
from impact.local.processes import wait_until
from tests.support.worker import RealWorker

ADDRESS = "/newsletter/confirm/75c136b09de14962b5f86700508fc02e:1xXmKy:A8A8nLLDeZ-jwLYfSuB5PyUI96o9l4LEW6h/"


def test_log_of_the_worker_holds_no_secret_of_a_task(celery_worker_process: RealWorker) -> None:
    """Celery prints the whole message of a task that it does not know."""
    app.send_task("no.such.task", args=[ADDRESS, "anna@example.org"])

    assert wait_until(lambda: "no.such.task" in celery_worker_process.log.read_text(), 30)
    assert wait_until(lambda: "[removed]" in celery_worker_process.log.read_text(), 10)
    written = celery_worker_process.log.read_text()
    assert "1xXmKy" not in written
    assert "anna@example.org" not in written
