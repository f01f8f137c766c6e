"""The stages that staff began: what was unfinished then, and why they continued; never edited."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import append_only


def moment() -> datetime:
    """Return the time, asked for when a row is made: the demo writes its past with a clock of its own."""
    return timezone.now()


class StageDecision(models.Model):
    """Somebody began a stage: proposed or confirmed a selection, released letters, published, matched."""

    stage = models.CharField(_("stage"), max_length=40)
    # `applications.selection:42`; a text, since the row may be of any app.
    about = models.CharField(_("key"), max_length=100)
    # What the row was called then.
    label = models.CharField(_("on what"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=moment, editable=False, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    # Pairs of the code of a check and how many it found.
    unfinished = models.JSONField(_("unfinished"), default=list, blank=True)

    class Meta:
        verbose_name = _("stage begun")
        verbose_name_plural = _("stages begun")
        ordering = ["at", "pk"]
        triggers = append_only("stage_decision_append_only")
        indexes = [models.Index(fields=["about"], name="stage_decision_about")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unfinished=[]) | ~models.Q(reason=""), name="stage_decision_says_why"
            )
        ]

    def __str__(self) -> str:
        return self.stage


class NoRowsManager(models.Manager["LoggedDecision"]):
    """The rows depend on who reads: `listing.decisions_for` returns them."""

    def get_queryset(self) -> models.QuerySet[LoggedDecision]:
        return super().get_queryset().none()


class LoggedDecision(models.Model):
    """A row of the log: read from the histories of all apps, stored nowhere."""

    id = models.TextField(primary_key=True)
    at = models.DateTimeField(_("day"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("person"),
    )
    kind = models.TextField(_("decision"))
    about = models.TextField(_("key"))
    label = models.TextField(_("on what"))
    reason = models.TextField(_("reason"))
    detail = models.TextField(_("details"))

    objects = NoRowsManager()

    class Meta:
        managed = False
        # Whatever walks over all tables finds nothing here.
        base_manager_name = "objects"
        default_permissions = ("view",)
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.id
