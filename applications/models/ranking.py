"""The applications as the ranking shows them, and how lenient each reviewer is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from core.phrases import labelled


class RankedApplication(Application):
    """The same rows under a page, and rights, of their own."""

    class Meta:
        proxy = True
        verbose_name = _("ranked application")
        verbose_name_plural = _("ranked applications")
        default_permissions = ("view",)


class ReviewerLeniency(models.Model):
    """Points by which a reviewer scores above the others on the same applications; worked out anew
    whenever a review of the call becomes final or is reopened."""

    call = models.ForeignKey("applications.Call", models.CASCADE, related_name="leniencies")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    points = models.FloatField(
        _("leniency"), help_text=_("On a scale of 0 to 100. A negative value means a severe reviewer.")
    )
    reviews = models.PositiveIntegerField(_("final reviews"))

    class Meta:
        verbose_name = _("reviewer leniency")
        verbose_name_plural = _("leniency by reviewer")
        ordering = ["call", "-points"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["call", "reviewer"], name="leniency_once_per_reviewer")
        ]

    def __str__(self) -> str:
        return labelled(self.reviewer, f"{self.points:+.1f}")
