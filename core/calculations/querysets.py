"""Which calculations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.jobs import ClaimedJobQuerySet

if TYPE_CHECKING:
    from core.calculations.models import Calculation

# As long as a person may go on with what a page showed; docs/privacy.md names it.
KEPT = timedelta(days=1)


class CalculationQuerySet(ClaimedJobQuerySet["Calculation"]):
    def outlived(self, now: datetime) -> CalculationQuerySet:
        """Asked for the last time so long ago that nobody looks at the answer any more."""
        return self.filter(asked_at__lt=now - KEPT)
