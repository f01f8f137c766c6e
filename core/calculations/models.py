"""A question that takes a solver to answer: the row is the job, the broker only wakes."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.calculations.enums import CALCULATION_MOVES, CalculationStatus
from core.calculations.querysets import CalculationQuerySet
from core.history import StatusChange
from core.jobs import ClaimedJob


class Calculation(ClaimedJob):
    """A question with all that its answer depends on, so that whoever asks it again gets the same answer."""

    ALLOWED_MOVES = CALCULATION_MOVES
    # Somebody waits in front of the page; a default to confirm.
    WAITS = (timedelta(seconds=5),)

    # Which calculator answers it, and what it is given; see `core.calculations.calculators`.
    kind = models.CharField(_("kind"), max_length=20)
    question = models.JSONField(_("question"))
    sha256 = models.CharField(_("SHA-256 of kind and question"), max_length=64, unique=True)
    status = models.CharField(
        _("status"), max_length=20, choices=CalculationStatus.choices, default=CalculationStatus.QUEUED
    )
    asked_at = models.DateTimeField(_("last asked"), auto_now_add=True)
    # Steps that are done, and all steps, as far as the calculator says so.
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    answer = models.JSONField(_("answer"), null=True, blank=True)

    objects = CalculationQuerySet.as_manager()

    class Meta:
        verbose_name = _("calculation")
        verbose_name_plural = _("calculations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CalculationStatus.values), name="calculation_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=CalculationStatus.DONE, answer__isnull=False)
                | ~models.Q(status=CalculationStatus.DONE) & models.Q(answer__isnull=True),
                name="calculation_done_has_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CalculationStatus.FAILED) | ~models.Q(error=""),
                name="calculation_failed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_done(self) -> bool:
        return self.status == CalculationStatus.DONE

    @property
    def is_under_way(self) -> bool:
        return self.status in (CalculationStatus.QUEUED, CalculationStatus.RUNNING)


class CalculationChange(StatusChange):
    """Gone with its calculation, which decides nothing and is forgotten after a day."""

    target = models.ForeignKey(
        Calculation, models.CASCADE, related_name="changes", verbose_name=_("calculation")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
