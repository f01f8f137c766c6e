"""A file at work: claim its row, make it, store it, write what came of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import jobs
from core.files import emails, making
from core.files.enums import FileStatus
from core.files.models import PreparedFile
from core.history import move

logger = logging.getLogger(__name__)

# Long enough for a holiday of a week; docs/privacy.md names it.
KEPT = timedelta(days=7)


def claim() -> PreparedFile | None:
    """Take the oldest file whose time has come."""
    return jobs.claim(PreparedFile.objects.all())


def execute(file: PreparedFile) -> None:
    """Make a claimed file and write what came of it: ready, refused or failed, with the reason."""
    try:
        with jobs.Heartbeat(file), override(file.language):
            made = making.make(file)
            path = _store(file, made.content)
        _finish(file, made, path)
    except making.MakingRefused as refusal:
        _refuse(file, str(refusal))
    except Exception as error:  # whatever broke, the person must learn that no file will come
        logger.exception("File %s failed", file.pk)
        _fail(file, jobs.describe(error))


def requeue_abandoned() -> None:
    """Queue the files whose worker died; give up one that did so too often."""
    with transaction.atomic():
        for file in PreparedFile.objects.abandoned().select_for_update(skip_locked=True):
            _note_failure(file, _("Preparing this file stopped before it was finished."), is_at_once=True)


def remove_content(files: Iterable[PreparedFile]) -> None:
    """Delete the content of locked files that were kept long enough; the rows stay as a record."""
    for file in files:
        for claim_number in range(1, file.claims + 1):
            default_storage.delete(_path(file, claim_number))
        file.path = ""
        move(file, FileStatus.REMOVED, by=None, also=["path"])


def _path(file: PreparedFile, claim_number: int) -> str:
    # Each attempt has a place of its own, so that what a dead worker left is found and deleted.
    return f"prepared/{file.public_id.hex[:2]}/{file.public_id.hex}-{claim_number}"


def _store(file: PreparedFile, content: bytes) -> str:
    path = _path(file, file.claims)
    default_storage.delete(path)
    return default_storage.save(path, ContentFile(content))


@transaction.atomic
def _finish(claimed: PreparedFile, made: making.Made, path: str) -> None:
    file = jobs.lock_if_mine(claimed)
    if file is None:
        return
    file.name, file.content_type, file.path = made.name, made.content_type, path
    file.size, file.sha256 = len(made.content), hashlib.sha256(made.content).hexdigest()
    file.finished_at, file.error = timezone.now(), ""
    file.kept_until = file.finished_at + KEPT
    also = ["name", "content_type", "path", "size", "sha256", "finished_at", "error", "kept_until"]
    move(file, FileStatus.DONE, by=None, also=also)
    emails.tell(file)


@transaction.atomic
def _refuse(claimed: PreparedFile, reason: str) -> None:
    if file := jobs.lock_if_mine(claimed):
        file.error, file.finished_at = reason, timezone.now()
        move(file, FileStatus.REFUSED, by=None, reason=reason, also=["error", "finished_at"])
        emails.tell(file)


@transaction.atomic
def _fail(claimed: PreparedFile, reason: str) -> None:
    if file := jobs.lock_if_mine(claimed):
        _note_failure(file, reason)


def _note_failure(file: PreparedFile, reason: str, *, is_at_once: bool = False) -> None:
    if jobs.note_failure(file, reason, is_at_once=is_at_once):
        emails.tell(file)
