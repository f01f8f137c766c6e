"""Which experts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from experts.enums import ExpertStatus


class ExpertQuerySet(QuerySet):
    def for_user(self, user: Any) -> ExpertQuerySet:
        return self.filter(user=user)

    def approved(self) -> ExpertQuerySet:
        return self.filter(status=ExpertStatus.APPROVED)

    def pool(self, *, keep: Iterable[int] = ()) -> ExpertQuerySet:
        """The approved, and those in `keep` (primary keys) whatever their status."""
        return self.filter(Q(status=ExpertStatus.APPROVED) | Q(pk__in=list(keep))).order_by("pk")

    def awaiting_approval(self) -> ExpertQuerySet:
        return self.filter(status=ExpertStatus.SUBMITTED)

    def with_profile(self) -> ExpertQuerySet:
        """With everything that a snapshot or a profile page reads, in a fixed number of queries."""
        return self.select_related("user", "country", "unit").prefetch_related(
            "languages__language", "expertise__area", "months", "organisations", "challenges", "countries"
        )
