"""What happened to a profile: changes of status, versions, declarations; none is ever edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import StatusChange, append_only
from experts.enums import (
    DeclarationKind,
)
from experts.models.expert import Expert


class ExpertChange(StatusChange):
    target = models.ForeignKey(Expert, models.PROTECT, related_name="changes", verbose_name=_("expert"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("expert_change_append_only")


class ExpertVersion(models.Model):
    """The whole profile as saved once it had been sent: what staff compare; only erasure removes it."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="versions", verbose_name=_("expert"))
    revision = models.PositiveIntegerField(_("revision"))
    profile = models.JSONField(_("profile"))
    # In whose words it is read.
    form_version = models.ForeignKey(
        "questionnaires.FormVersion", models.PROTECT, related_name="+", verbose_name=_("form")
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("profile version")
        verbose_name_plural = _("profile versions")
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "revision"], name="expert_version_revision_once")
        ]
        triggers = append_only("expert_version_append_only")

    def __str__(self) -> str:
        return f"{self.expert} · {self.revision}"


class ExpertDeclaration(models.Model):
    """What the expert declared or took back: when, in which words; never edited."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="declarations", verbose_name=_("expert"))
    kind = models.CharField(_("declaration"), max_length=20, choices=DeclarationKind.choices)
    is_given = models.BooleanField(_("given"))
    wording = models.TextField(_("wording shown"))
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("expert declaration")
        verbose_name_plural = _("expert declarations")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DeclarationKind.values), name="expert_declaration_kind_known"
            )
        ]
        triggers = append_only("expert_declaration_append_only")

    def __str__(self) -> str:
        return f"{self.expert} · {self.get_kind_display()}"
