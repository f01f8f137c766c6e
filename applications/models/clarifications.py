"""What staff ask of the applicants before they can give a verdict."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.submissions import Submission
from applications.querysets import ClarificationQuerySet
from core.dates import time_constraint
from core.phrases import labelled


class Clarification(models.Model):
    """Sections that staff gave back with a question; answered by the next version."""

    application = models.ForeignKey(
        "applications.Application",
        models.PROTECT,
        related_name="clarifications",
        verbose_name=_("application"),
    )
    sections = ArrayField(models.SlugField(max_length=40), verbose_name=_("sections"))
    question = models.TextField(_("question"))
    # Its own clock: the call has closed by then.
    due_at = models.DateTimeField(_("answer due by"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(answered_at__isnull=True),
                name="clarification_one_open",
            ),
            models.CheckConstraint(condition=~models.Q(sections=[]), name="clarification_names_sections"),
            time_constraint("due_at", name="clarification_due_sensible"),
        ]

    def __str__(self) -> str:
        return labelled(self.application.reference, self.question[:60])

    def is_answered_by(self, version: Submission) -> bool:
        """Whether a version of the application is the answer: both are written at one time."""
        return self.answered_at == version.submitted_at
