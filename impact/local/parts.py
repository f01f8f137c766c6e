"""The processes of the portal: what each one runs, and what its log says when it fails."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

PARTS = ("web", "worker", "mailer", "beat")
LOG_TAIL_CHARS = 3000
# While some wait for PostgreSQL, the others compute.
WEB_PROCESSES = 4


class PartFailed(Exception):
    """Raised with the end of the log of the part that did not start, or ended by itself."""


@dataclass(frozen=True)
class RunningPart:
    """A running process and where it writes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def report(self) -> str:
        """What to say of it when it fails: the end of its log."""
        tail = self.log.read_text(errors="replace")[-LOG_TAIL_CHARS:]
        return f"{tail}\n{self.name} ended or did not get ready; its log is {self.log}"

    def finish(self) -> None:
        """Wait for its end.

        Raises:
            PartFailed: with the end of its log.
        """
        if self.process.wait() != 0:
            raise PartFailed(self.report)


def arguments_of(name: str, *, port: int, local_dir: Path, web_processes: int = WEB_PROCESSES) -> list[str]:
    """Return what Python runs as a part.

    Args:
        name: one of PARTS.
        port: of the web server, on this machine only.
        local_dir: where beat keeps its schedule.
        web_processes: of the web server.
    """
    celery = ["-m", "celery", "-A", "impact"]
    worker = [*celery, "worker", "-c", "2", "-l", "INFO", "--without-gossip", "--without-mingle"]
    schedule = str(local_dir / "beat-schedule")
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", str(web_processes)]
    arguments = {
        "web": ["-m", "gunicorn", "impact.wsgi", *bind],
        "worker": [*worker, "-Q", "celery", "-n", "worker@%h"],
        "mailer": [*worker, "-Q", "mail", "-n", "mailer@%h"],
        "beat": ["-m", "celery", "-A", "impact.beat", "beat", "-l", "INFO", "-s", schedule, "--pidfile", ""],
    }
    return arguments[name]
