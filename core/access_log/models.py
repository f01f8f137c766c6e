"""Who saw what: one row for each opening, download, export and dossier; never edited."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access_log.enums import AccessKind
from core.access_log.querysets import AccessQuerySet
from core.history import append_only
from core.phrases import labelled


class Access(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("action"), max_length=20, choices=AccessKind.choices)
    # `applications.application:42`; a text, since the row may be of any app, and the record outlives it.
    about = models.CharField(_("key"), max_length=100, blank=True)
    label = models.CharField(_("item"), max_length=200)
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        ordering = ["-pk"]
        triggers = append_only("access_append_only")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=AccessKind.values), name="access_kind_known")
        ]
        indexes = [models.Index("about", models.F("id").desc(), name="access_about")]

    def __str__(self) -> str:
        return labelled(self.label, self.get_kind_display())
