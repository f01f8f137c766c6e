"""Which deletions of accounts, and which runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce


class AccountDeletionQuerySet(QuerySet):
    def open(self) -> AccountDeletionQuerySet:
        """Asked for, neither carried out nor cancelled."""
        return self.filter(cancelled_at__isnull=True, done_at__isnull=True)

    def open_of(self, person: Any) -> Any:
        """Return the person's open one, or None."""
        return self.open().filter(user=person).first()

    def due(self, at: datetime) -> AccountDeletionQuerySet:
        return self.open().filter(due_at__lte=at).order_by("pk")


class IdleNoticeQuerySet(QuerySet):
    def unheeded(self) -> IdleNoticeQuerySet:
        """Those after which the person has not logged in."""
        return self.filter(at__gt=Coalesce("user__last_login", "user__date_joined"))

    def before(self, moment: datetime) -> IdleNoticeQuerySet:
        return self.filter(at__lte=moment)


class RetentionRunQuerySet(QuerySet):
    def before(self, moment: datetime) -> RetentionRunQuerySet:
        return self.filter(at__lt=moment)

    def newest_at(self) -> datetime | None:
        """Return when a rule was carried out last, or None."""
        return self.aggregate(at=Max("at"))["at"]

    def latest_of_each_rule(self) -> dict[str, Any]:
        """Return the last run of each rule by its name."""
        rows = self.order_by("rule", "-pk").distinct("rule")
        return {run.rule: run for run in rows}
