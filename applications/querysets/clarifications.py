"""Which questions to applicants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from applications.models.clarifications import Clarification


class ClarificationQuerySet(QuerySet["Clarification"]):
    def awaiting(self) -> ClarificationQuerySet:
        """Not yet answered; at most one for each application."""
        return self.filter(answered_at__isnull=True)

    def overdue(self, at: datetime) -> ClarificationQuerySet:
        """Those to which an answer was wanted before that."""
        return self.awaiting().filter(due_at__lt=at)
