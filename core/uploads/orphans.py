"""Files on the disk that no row names: written by a transaction that was then rolled back."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, cast

from django.apps import apps
from django.db.models import FileField, Model

from core import jobs

logger = logging.getLogger(__name__)

# No transaction takes as long: a younger file may belong to a row that is just being written.
AGE_SECONDS = 24 * 60 * 60
# More at once are no orphans: the database is another one than the one that the files belong to.
FEW, SHARE = 50, 0.1
# Files asked for in one query, and those deleted in one night; the next night goes on.
BATCH, MAX_IN_A_NIGHT = 1000, 10_000
UploadPath = Callable[[Any, str], str]


class MarkedPath(Protocol):
    """A function for `upload_to`, with the folder that it alone fills."""

    folder: str

    def __call__(self, row: Model, name: str, /) -> str: ...


def stored_in(folder: str) -> Callable[[UploadPath], MarkedPath]:
    """Mark a function for `upload_to` with the folder that it alone fills, so that orphans are found."""

    def mark(path: UploadPath) -> MarkedPath:
        marked = cast(MarkedPath, path)
        marked.folder = folder
        return marked

    return mark


def file_fields() -> Iterator[tuple[type[Model], FileField]]:
    """Return every field of ours that stores files."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                yield model, field


def remove_orphans() -> int:
    """Delete the files that have had no row for a day; return how many."""
    return sum(_remove(model, field) for model, field in file_fields())


def _remove(model: type[Model], field: FileField) -> int:
    count, orphans = 0, _Orphans()
    old = _names(field)
    while names := list(islice(old, BATCH)):
        count += len(names)
        rows = model._base_manager.filter(**{f"{field.name}__in": names})
        known = set(rows.values_list(field.name, flat=True))
        orphans.add([name for name in names if name not in known])
    if orphans.count > max(FEW, SHARE * count):
        logger.error("%s of %s files of %s have no row: none is deleted", orphans.count, count, field)
        return 0
    jobs.one_by_one(orphans.names, field.storage.delete)
    if orphans.names:
        logger.warning("Deleted %s files of %s that had no row", len(orphans.names), field)
    return len(orphans.names)


class _Orphans:
    """How many there are, and the names of those that are for this night."""

    def __init__(self) -> None:
        self.count = 0
        self.names: list[str] = []

    def add(self, names: list[str]) -> None:
        self.count += len(names)
        self.names += names[: MAX_IN_A_NIGHT - len(self.names)]


def _names(field: FileField) -> Iterator[str]:
    root = Path(field.storage.path(""))
    before = time.time() - AGE_SECONDS
    for folder, _folders, files in os.walk(root / cast(MarkedPath, field.upload_to).folder):
        for path in (Path(folder) / file for file in files):
            if _was_written_before(path, before):
                yield path.relative_to(root).as_posix()


def _was_written_before(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:  # deleted at this moment, with its row
        return False
