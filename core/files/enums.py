"""The words of files that the worker makes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Being prepared")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused")
    REMOVED = "removed", _("Removed")


_F = FileStatus
FILE_MOVES = {
    _F.QUEUED: frozenset({_F.RUNNING}),
    # Back to QUEUED: its worker died and another takes it, or it failed and is tried again later.
    _F.RUNNING: frozenset({_F.DONE, _F.FAILED, _F.REFUSED, _F.QUEUED}),
    _F.DONE: frozenset({_F.REMOVED}),
    # Back to QUEUED: somebody lets it be tried again.
    _F.FAILED: frozenset({_F.QUEUED}),
    # The person's right was taken away meanwhile.
    _F.REFUSED: frozenset(),
    _F.REMOVED: frozenset(),
}
UNDER_WAY = (_F.QUEUED, _F.RUNNING)
