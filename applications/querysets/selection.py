"""Which selections, and outcomes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from applications.enums import IN_FORCE, SelectionOutcome, SelectionStatus
from core.accounts.models import User

if TYPE_CHECKING:
    from applications.models.calls import Call
    from applications.models.selection import Selection, SelectionEntry


class SelectionQuerySet(QuerySet["Selection"]):
    def awaiting_confirmation(self) -> SelectionQuerySet:
        return self.filter(status=SelectionStatus.PROPOSED)

    def awaiting_confirmation_by(self, user: User) -> SelectionQuerySet:
        """Proposed by somebody else."""
        return self.awaiting_confirmation().exclude(proposed_by=user)

    def to_undo_by(self, user: User) -> SelectionQuerySet:
        """Those that somebody else asks to be undone."""
        return self.filter(status=SelectionStatus.UNDO_ASKED).exclude(undo_asked_by=user)

    def confirmed_of(self, call: Call) -> SelectionQuerySet:
        """Those that gave an outcome to an application of the call, also over all calls together."""
        return self.filter(status__in=IN_FORCE, entries__application__call=call).distinct()


class SelectionEntryQuerySet(QuerySet["SelectionEntry"]):
    def selected(self) -> SelectionEntryQuerySet:
        return self.filter(outcome=SelectionOutcome.SELECTED)
