"""Which deletions of accounts, and which runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core.accounts.models import User

if TYPE_CHECKING:
    from core.privacy.models import AccountDeletion, IdleNotice, RetentionRun


class AccountDeletionQuerySet(QuerySet["AccountDeletion"]):
    def open(self) -> AccountDeletionQuerySet:
        """Asked for, neither carried out nor cancelled."""
        return self.filter(cancelled_at__isnull=True, done_at__isnull=True)

    def open_of(self, person: User) -> AccountDeletion | None:
        """Return the person's open one, or None."""
        return self.open().filter(user=person).first()

    def due(self, at: datetime) -> AccountDeletionQuerySet:
        return self.open().filter(due_at__lte=at).order_by("pk")


class IdleNoticeQuerySet(QuerySet["IdleNotice"]):
    def unheeded(self) -> IdleNoticeQuerySet:
        """Those after which the person has not logged in."""
        return self.filter(at__gt=Coalesce("user__last_login", "user__date_joined"))

    def before(self, moment: datetime) -> IdleNoticeQuerySet:
        return self.filter(at__lte=moment)


class RetentionRunQuerySet(QuerySet["RetentionRun"]):
    def before(self, moment: datetime) -> RetentionRunQuerySet:
        return self.filter(at__lt=moment)

    def latest_of_each_rule(self) -> dict[str, RetentionRun]:
        """Return the last run of each rule by its name."""
        rows = self.order_by("rule", "-pk").distinct("rule")
        return {run.rule: run for run in rows}
