"""Which runs, proposals, matches and rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from matching.enums import MatchStatus, RunStatus

# The worker renews its claim every few seconds while the engine reports progress.
HEARTBEAT_LASTS = timedelta(seconds=60)


class MatchRunQuerySet(QuerySet):
    def queued(self) -> MatchRunQuerySet:
        return self.filter(status=RunStatus.QUEUED).order_by("pk")

    def abandoned(self) -> MatchRunQuerySet:
        """Claimed by a worker that has not been heard of since."""
        return self.filter(status=RunStatus.RUNNING, heartbeat_at__lt=timezone.now() - HEARTBEAT_LASTS)

    def done(self) -> MatchRunQuerySet:
        return self.filter(status=RunStatus.DONE)


class MatchQuerySet(QuerySet):
    def standing(self) -> MatchQuerySet:
        """Those that hold a place in a team and days of an expert."""
        return self.filter(status__in=[MatchStatus.INVITED, MatchStatus.ACCEPTED])

    def for_expert_user(self, user: Any) -> MatchQuerySet:
        return self.filter(expert__user=user)

    def awaiting_answer(self) -> MatchQuerySet:
        return self.filter(status=MatchStatus.INVITED)


class MatchRuleQuerySet(QuerySet):
    def in_force(self) -> MatchRuleQuerySet:
        return self.filter(lifted_at__isnull=True)
