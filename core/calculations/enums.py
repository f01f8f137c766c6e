"""The words of calculations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalculationStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being calculated")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


_C = CalculationStatus
CALCULATION_MOVES = {
    _C.QUEUED: frozenset({_C.RUNNING}),
    # Back to QUEUED: its worker died and another takes it, or it failed and is tried again.
    _C.RUNNING: frozenset({_C.DONE, _C.FAILED, _C.QUEUED}),
    _C.DONE: frozenset(),
    # Back to QUEUED: somebody asks the same again.
    _C.FAILED: frozenset({_C.QUEUED}),
}
