"""A real Celery worker on the test database and on this test process's own broker database."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from impact.celery import app
from impact.local.processes import Household, wait_until

START_TIMEOUT_SECONDS = 60
IDLE_TIMEOUT_SECONDS = 30


class RealWorker:
    """Starts on first use and again after a test has killed it.

    Args:
        folder: where it keeps its log.
        queues: which it serves; all, if none is named.
    """

    def __init__(self, folder: Path, *queues: str) -> None:
        self._queues = ["-Q", ",".join(queues)] if queues else []
        self.log = folder / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._household = Household(folder)

    def ensure_running(self) -> None:
        """Start the worker, or leave the running one alone; returns when it takes tasks."""
        if self.process and self.process.poll() is None:
            return
        self.start()
        assert wait_until(self._answers, START_TIMEOUT_SECONDS), self.log.read_text()[-3000:]

    def start(self) -> None:
        """Start the worker; returns before it takes tasks."""
        command = [sys.executable, "-m", "celery", "-A", "impact", "worker", "-c", "1", "-l", "INFO"]
        self.process = self._household.start(
            [*command, "--without-gossip", "--without-mingle", *self._queues],
            env=self._environment(),
            log=self.log,
        )

    def kill(self) -> None:
        """End it as a machine that loses power would."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def wait_until_idle(self) -> None:
        """Return when nothing is queued or running, so that no task reaches into the next test."""
        assert wait_until(self._is_idle, IDLE_TIMEOUT_SECONDS), self.log.read_text()[-3000:]

    def end(self) -> None:
        self._household.end()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PGDATABASE": connection.settings_dict["NAME"],
            "CELERY_TASK_ALWAYS_EAGER": "false",
            "IMPACT_LOCAL_DIR": str(settings.LOCAL_DIR),
        }

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return bool(app.control.ping(timeout=0.3, limit=1))

    def _is_idle(self) -> bool:
        with app.connection_for_read() as broker:
            client = broker.default_channel.client
            queued = sum(client.llen(queue.name) for queue in app.conf.task_queues)
        # There is one worker, so nobody waits for the answer of a second.
        inspection = app.control.inspect(timeout=0.5, limit=1)
        tasks = [*(inspection.active() or {}).values(), *(inspection.reserved() or {}).values()]
        return queued == 0 and not any(tasks)
