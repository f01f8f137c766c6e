"""Which files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from core.accounts.models import User
from core.files.enums import UNDER_WAY, FileStatus
from core.jobs import ClaimedJobQuerySet

if TYPE_CHECKING:
    from core.files.models import PreparedFile

# As long as one that was made can be fetched; after that nobody waits for it any more.
FAILURE_SHOWN = timedelta(days=7)


class PreparedFileQuerySet(ClaimedJobQuerySet["PreparedFile"]):
    def of(self, user: User) -> PreparedFileQuerySet:
        return self.filter(requested_by=user)

    def under_way(self) -> PreparedFileQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def to_fetch(self, user: User) -> PreparedFileQuerySet:
        """Ready, and not downloaded yet by the person who asked."""
        return self.of(user).filter(status=FileStatus.DONE, downloaded_at__isnull=True)

    def not_made(self, user: User) -> PreparedFileQuerySet:
        """Those that could not be made for the person who asked; old ones are forgotten."""
        return self.of(user).given_up().filter(finished_at__gt=timezone.now() - FAILURE_SHOWN)

    def expired(self) -> PreparedFileQuerySet:
        return self.filter(status=FileStatus.DONE, kept_until__lt=timezone.now())
