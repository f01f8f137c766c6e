"""What staff ask of the applicants before they can give a verdict."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from impact.history import append_only


class Clarification(models.Model):
    """A question on sections of the application; answered by the version that is submitted after it."""

    application = models.ForeignKey(
        "applications.Application",
        models.PROTECT,
        related_name="clarifications",
        verbose_name=_("application"),
    )
    sections = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("sections"),
        help_text=_("Codes of the sections that may be changed; empty: all."),
        default=list,
        blank=True,
    )
    question = models.TextField(_("question"))
    # Its own clock: the call has closed by then.
    deadline = models.DateTimeField(_("answer until"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")
        ordering = ["-asked_at", "-pk"]
        get_latest_by = "asked_at"
        triggers = append_only("clarification_append_only")

    def __str__(self) -> str:
        return self.question[:80]
