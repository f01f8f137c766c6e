"""What ends with a pilot region here: its matches, and the invitations among them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from applications.models import PilotRegion
from core.accounts.models import User
from core.phrases import labelled
from matching.actions.teams import end_matches_of
from matching.models import Match


class Matches:
    """The current matches of a region, as `applications.selecting.endings` asks for them."""

    def told(self, regions: Iterable[PilotRegion]) -> list[str]:
        current = Match.objects.current().filter(region__in=list(regions), expert__user__isnull=False)
        rows = current.select_related("expert", "region").order_by("region__place", "pk")
        names = ", ".join(f"{match.expert} ({match.region})" for match in rows)
        return [labelled(_("Experts who will lose their place in a team"), names)] if names else []

    def end(self, region: PilotRegion, *, by: User, reason: str) -> None:
        end_matches_of(region, by=by, reason=reason)
