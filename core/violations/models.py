"""What browsers refused to load or run on our pages, summed up: nothing of who the visitor was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.phrases import labelled


class Violation(models.Model):
    """One rule of the content security policy that was broken on one kind of page by one source."""

    directive = models.CharField(_("rule"), max_length=40)
    blocked = models.CharField(
        _("blocked"), max_length=120, help_text=_("Where it came from: a site or a type of content.")
    )
    page = models.CharField(_("page"), max_length=200, help_text=_("The type of page, without its data."))
    count = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    last_at = models.DateTimeField(_("last seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("page policy violation")
        verbose_name_plural = _("page policy violations")
        ordering = ["-last_at", "-pk"]
        default_permissions = ("view", "delete")
        constraints = [
            models.UniqueConstraint(fields=["directive", "blocked", "page"], name="violation_summed_up")
        ]

    def __str__(self) -> str:
        return labelled(self.directive, self.blocked)
