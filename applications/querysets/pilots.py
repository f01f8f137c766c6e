"""Which pilot regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from applications.enums import PILOT_PLACES, PilotStatus
from applications.querysets.application import held_letter_about

if TYPE_CHECKING:
    from applications.models.pilots import PilotRegion


class PilotRegionQuerySet(QuerySet["PilotRegion"]):
    def active(self) -> PilotRegionQuerySet:
        return self.filter(status=PilotStatus.ACTIVE)

    def places_left(self) -> int:
        """Of the 30 places of all calls together."""
        return PILOT_PLACES - self.active().count()

    def with_units(self) -> PilotRegionQuerySet:
        return self.prefetch_related("units__country")

    def told(self) -> PilotRegionQuerySet:
        """Those whose applicants know: no letter about them is held."""
        return self.exclude(held_letter_about("application_id"))

    def public(self) -> PilotRegionQuerySet:
        """Those that staff show, and whose applicants know."""
        return self.active().told().filter(is_public=True)

    def for_matching(self) -> PilotRegionQuerySet:
        """With everything that a run reads, in a fixed number of queries."""
        return (
            self.active()
            .order_by("pk")
            .select_related("application")
            .prefetch_related(
                "sides__languages", "needs", "months", "units", "working_languages", "application__partners"
            )
        )
