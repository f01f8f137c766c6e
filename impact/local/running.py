"""Where the running demo's services are, so that other commands work on its data; standard library only."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "running.json"


@contextmanager
def announced(local_dir: Path, environment: dict[str, str]) -> Iterator[None]:
    """Tell other commands what to read from the environment, as long as the demo runs."""
    file = local_dir / FILE_NAME
    file.unlink(missing_ok=True)
    # It holds the password of Valkey.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as output:
        json.dump(environment, output)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def join(local_dir: Path) -> None:
    """Point this process at the services of the running demo, unless the environment names others."""
    file = local_dir / FILE_NAME
    if file.exists() and not {"DATABASE_URL", "PGHOST", "REDIS_URL"} & set(os.environ):
        os.environ.update(json.loads(file.read_text()))
