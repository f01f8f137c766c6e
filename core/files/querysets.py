"""Which files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.files.enums import UNDER_WAY, FileStatus

# The worker says every few seconds that it lives (pipeline.HEARTBEAT_SECONDS).
HEARTBEAT_LASTS = timedelta(seconds=60)


class PreparedFileQuerySet(QuerySet):
    def of(self, user: Any) -> PreparedFileQuerySet:
        return self.filter(requested_by=user)

    def queued(self) -> PreparedFileQuerySet:
        return self.filter(status=FileStatus.QUEUED).order_by("pk")

    def under_way(self) -> PreparedFileQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def abandoned(self) -> PreparedFileQuerySet:
        """Claimed by a worker that has not been heard of since."""
        return self.filter(status=FileStatus.RUNNING, heartbeat_at__lt=timezone.now() - HEARTBEAT_LASTS)

    def to_fetch(self, user: Any) -> PreparedFileQuerySet:
        """Ready, and not downloaded yet by the person who asked."""
        return self.of(user).filter(status=FileStatus.DONE, downloaded_at__isnull=True)

    def expired(self) -> PreparedFileQuerySet:
        return self.filter(status=FileStatus.DONE, kept_until__lt=timezone.now())
