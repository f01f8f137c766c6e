"""Whether the static files must be collected anew: that takes seconds, and they seldom change."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders


def digest_of_sources() -> str:
    """Names, sizes and times of everything that collectstatic would collect."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def collected_by_one(static_root: Path) -> Iterator[None]:
    """Keep others that start now from collecting into the same folder; they wait."""
    static_root.parent.mkdir(parents=True, exist_ok=True)
    with static_root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def are_collected(static_root: Path) -> bool:
    """Whether the folder holds what the sources say now."""
    stamp = _stamp(static_root)
    return stamp.exists() and stamp.read_text() == digest_of_sources()


def mark_collected(static_root: Path) -> None:
    """Remember what the folder was collected from."""
    _stamp(static_root).write_text(digest_of_sources())


def _stamp(static_root: Path) -> Path:
    # Beside the folder, whose content is served.
    return static_root.with_suffix(".collected")
