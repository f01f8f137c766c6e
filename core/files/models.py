"""A file that the worker makes for one person: the row is the job, the broker only wakes."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.files.enums import FILE_MOVES, FileStatus
from core.files.querysets import PreparedFileQuerySet
from core.history import StatusChange, append_only
from core.jobs import ClaimedJob


class PreparedFile(ClaimedJob):
    """What is to be made, for whom, and what came of it; the content is gone some days later."""

    ALLOWED_MOVES = FILE_MOVES
    # Somebody waits for it; a default to confirm.
    WAITS = (timedelta(minutes=1), timedelta(minutes=5))

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Which maker makes it, and from what; see `core.files.making`.
    kind = models.CharField(max_length=20)
    parameters = models.JSONField(_("parameters"), default=dict)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="en")
    status = models.CharField(
        _("status"), max_length=20, choices=FileStatus.choices, default=FileStatus.QUEUED
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    name = models.CharField(_("file name"), max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    # Where it lies in the private storage; no address leads there.
    path = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    kept_until = models.DateTimeField(_("kept until"), null=True, blank=True)
    downloaded_at = models.DateTimeField(_("first downloaded"), null=True, blank=True)

    objects = PreparedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-pk"]
        permissions = [
            ("export_list", _("Can export what they can see")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=FileStatus.values), name="file_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=FileStatus.DONE, kept_until__isnull=False)
                & ~models.Q(path="")
                & ~models.Q(sha256="")
                | ~models.Q(status=FileStatus.DONE) & models.Q(path=""),
                name="file_lies_somewhere_while_ready",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[FileStatus.FAILED, FileStatus.REFUSED]) | ~models.Q(error=""),
                name="file_failed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:files_preparedfile_change", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return self.status == FileStatus.DONE


class PreparedFileChange(StatusChange):
    target = models.ForeignKey(PreparedFile, models.PROTECT, related_name="changes", verbose_name=_("file"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("prepared_file_change_append_only")
