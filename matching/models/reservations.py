"""Capacity of experts that staff keep back for a coming call."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.half_days import MAX_HALF_DAYS
from matching.querysets import ReservationQuerySet

MAX_REGIONS = 5
# Columns that runs were computed with.
_SAID = ("call_id", "expert_id", "half_days", "share", "regions", "reason", "made_by_id")


class Reservation(models.Model):
    """Days, regions or both that runs leave alone until staff release them; released, never deleted."""

    call = models.ForeignKey("applications.Call", models.PROTECT, related_name="+", verbose_name=_("call"))
    expert = models.ForeignKey(
        "experts.Expert",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("expert"),
        help_text=_("All experts in the pool"),
    )
    half_days = models.PositiveSmallIntegerField(
        _("half-days per month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_HALF_DAYS)],
    )
    share = models.PositiveSmallIntegerField(
        _("share of days per month (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    regions = models.PositiveSmallIntegerField(
        _("regions per expert"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_REGIONS)],
    )
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reserved by")
    )
    made_at = models.DateTimeField(_("reserved"), auto_now_add=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "expert"],
                condition=models.Q(released_at__isnull=True),
                nulls_distinct=False,
                name="reservation_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(half_days__isnull=False)
                | models.Q(share__isnull=False)
                | models.Q(regions__isnull=False),
                name="reservation_keeps_something",
            ),
            models.CheckConstraint(
                condition=models.Q(half_days__isnull=True) | models.Q(share__isnull=True),
                name="reservation_days_said_once",
            ),
            models.CheckConstraint(
                condition=models.Q(half_days__isnull=True) | models.Q(half_days__range=(1, MAX_HALF_DAYS)),
                name="reservation_half_days_range",
            ),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__range=(1, 100)),
                name="reservation_share_range",
            ),
            models.CheckConstraint(
                condition=models.Q(regions__isnull=True) | models.Q(regions__range=(1, MAX_REGIONS)),
                name="reservation_regions_range",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, released_by__isnull=True)
                | models.Q(released_at__isnull=False, released_by__isnull=False),
                name="reservation_released_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="reservation_stays_on_record",
                operation=pgtrigger.Delete | pgtrigger.UpdateOf(*_SAID),
            )
        ]

    def __str__(self) -> str:
        return f"{self.call} · {self.expert or type(self).expert.field.help_text}"

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None
