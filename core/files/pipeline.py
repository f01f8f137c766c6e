"""A file at work: claim its row, make it, store it, write what came of it."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.files import emails, making
from core.files.enums import FileStatus
from core.files.models import PreparedFile
from core.history import move

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# A file that kills its worker every time must not do so for ever.
MAX_CLAIMS = 3
# Long enough for a holiday of a week; docs/privacy.md names it.
KEPT = timedelta(days=7)


def claim() -> PreparedFile | None:
    """Take the oldest queued file, committed before the work, so that no other worker takes it too."""
    with transaction.atomic():
        file = PreparedFile.objects.queued().select_for_update(skip_locked=True).first()
        if file is None:
            return None
        file.heartbeat_at = timezone.now()
        file.claims += 1
        move(file, FileStatus.RUNNING, by=None, also=["heartbeat_at", "claims"])
        return file


def execute(file: PreparedFile) -> None:
    """Make a claimed file and write what came of it: ready, refused or failed, with the reason."""
    try:
        with _Beat(file), override(file.language):
            made = making.make(file)
            path = _store(file, made.content)
    except making.Refused as refusal:
        _end(file, FileStatus.REFUSED, str(refusal))
    except Exception as error:  # whatever broke, the person must learn that no file will come
        logger.exception("File %s failed", file.pk)
        _end(file, FileStatus.FAILED, f"{type(error).__name__}: {error}"[:2000])
    else:
        _finish(file, made, path)


def requeue_abandoned() -> None:
    """Queue the files whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for file in PreparedFile.objects.abandoned().select_for_update(skip_locked=True):
            if file.claims < MAX_CLAIMS:
                move(file, FileStatus.QUEUED, by=None, reason="The worker stopped; another one takes over.")
            else:
                text = _("The worker stopped %(count)s times while it made this file.")
                _close(file, FileStatus.FAILED, text % {"count": file.claims})


def remove_expired() -> None:
    """Delete the content of files that were kept long enough; the row stays as a record."""
    with transaction.atomic():
        remove_content(PreparedFile.objects.expired().select_for_update(skip_locked=True))


def remove_content(files: Iterable[PreparedFile]) -> None:
    """Delete the content of locked files."""
    for file in files:
        for claim_number in range(1, file.claims + 1):
            default_storage.delete(_path(file, claim_number))
        file.path = ""
        move(file, FileStatus.REMOVED, by=None, also=["path"])


class _Beat(threading.Thread):
    """Says for a file that its worker lives, on a database connection of its own."""

    def __init__(self, file: PreparedFile) -> None:
        super().__init__(daemon=True)
        self._mine = PreparedFile.objects.filter(pk=file.pk, status=FileStatus.RUNNING, claims=file.claims)
        self._ended = threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._ended.wait(HEARTBEAT_SECONDS):
                self._mine.update(heartbeat_at=timezone.now())
        finally:
            connection.close()


def _path(file: PreparedFile, claim_number: int) -> str:
    # Each attempt has a place of its own, so that what a dead worker left is found and deleted.
    return f"prepared/{file.public_id.hex[:2]}/{file.public_id.hex}-{claim_number}"


def _store(file: PreparedFile, content: bytes) -> str:
    path = _path(file, file.claims)
    default_storage.delete(path)
    return default_storage.save(path, ContentFile(content))


@transaction.atomic
def _finish(claimed: PreparedFile, made: making.Made, path: str) -> None:
    file = _still_mine(claimed)
    if file is None:
        return
    file.name, file.content_type, file.path = made.name, made.content_type, path
    file.size, file.sha256 = len(made.content), hashlib.sha256(made.content).hexdigest()
    file.finished_at = timezone.now()
    file.kept_until = file.finished_at + KEPT
    also = ["name", "content_type", "path", "size", "sha256", "finished_at", "kept_until"]
    move(file, FileStatus.DONE, by=None, also=also)
    emails.tell(file)


@transaction.atomic
def _end(claimed: PreparedFile, status: FileStatus, reason: str) -> None:
    if file := _still_mine(claimed):
        _close(file, status, reason)


def _close(file: PreparedFile, status: FileStatus, reason: str) -> None:
    file.error, file.finished_at = reason, timezone.now()
    move(file, status, by=None, reason=reason, also=["error", "finished_at"])
    emails.tell(file)


def _still_mine(claimed: PreparedFile) -> PreparedFile | None:
    """Lock the row, unless another worker has taken it over since."""
    now = (
        PreparedFile.objects.select_for_update(of=["self"]).select_related("requested_by").get(pk=claimed.pk)
    )
    return now if (now.status, now.claims) == (FileStatus.RUNNING, claimed.claims) else None
