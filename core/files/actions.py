"""Asking for a file, and fetching it."""

from __future__ import annotations

from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.models import User
from core.files import making, tasks
from core.files.models import PreparedFile
from core.history import NotAllowed, require

PERMISSION = "files.export_list"


@transaction.atomic
def request(*, by: User, kind: str, title: str, parameters: dict[str, Any], language: str) -> PreparedFile:
    """Ask for a file, which a worker makes with the rights that the person then has.

    Returns:
        The new row; or the one that the person asked for before, if it is still being made.

    Raises:
        NotAllowed: the person may not export.
    """
    require(by, PERMISSION)
    # Two presses at once wait here for each other, and make one file.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    same = PreparedFile.objects.of(by).under_way().filter(kind=kind, parameters=parameters, language=language)
    if file := same.first():
        return file
    file = PreparedFile.objects.create(
        kind=kind, title=title[:200], parameters=parameters, language=language, requested_by=by
    )
    file.changes.create(to_status=file.status, by=by)
    transaction.on_commit(tasks.make_due.delay, robust=True)
    return file


@transaction.atomic
def try_again(*, file_id: int, by: User) -> None:
    """Queue a file again that could not be made.

    Raises:
        NotAllowed: the person may not export, or somebody else asked for the file.
        IllegalMove: it has not failed.
    """
    require(by, PERMISSION)
    file = PreparedFile.objects.of(by).select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotAllowed(_("Only the person who requested this file can request it again."))
    jobs.try_again(file, by=by)
    transaction.on_commit(tasks.make_due.delay, robust=True)


@transaction.atomic
def fetch(*, file_id: int, by: User) -> tuple[PreparedFile, IO[bytes]]:
    """Open a file for the person who asked for it, on record.

    Raises:
        PreparedFile.DoesNotExist: not this person's, or not there any more.
        NotAllowed: the person may not export any more, or not see what the file is about.
    """
    file = PreparedFile.objects.of(by).select_for_update().get(pk=file_id)
    require(by, PERMISSION)
    if not making.may_have(file, by):
        raise NotAllowed
    if not file.is_ready:
        raise PreparedFile.DoesNotExist
    if file.downloaded_at is None:
        file.downloaded_at = timezone.now()
        file.save(update_fields=["downloaded_at"])
    access_log.record(
        by=by, kind=AccessKind.DOWNLOADED, target=file, detail=f"{file.name}, SHA-256 {file.sha256}"
    )
    return file, default_storage.open(file.path)
