"""Who has or had an invitation to a team: what the menu of every page asks."""

from __future__ import annotations

from core.cache import for_a_minute
from matching.models import Match


@for_a_minute
def people() -> frozenset[int]:
    """Return the keys of the people who were ever invited; those of the last minute may be missing."""
    invited = Match.objects.filter(expert__user__isnull=False)
    return frozenset(invited.values_list("expert__user", flat=True).distinct())
