"""What the pool of experts asks about matches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import OuterRef
from django.db.models.expressions import Combinable

from experts.commitments import Commitments
from experts.querysets import total_half_days
from matching.models import Match, MatchMonth


def commitments() -> Commitments:
    """Return what this app registers."""
    return Commitments(lambda: Match.objects.values("expert"), _promised, _abouts)


def _promised(first: date, last: date) -> Combinable:
    current = Match.objects.current().filter(expert=OuterRef(OuterRef("pk")))
    rows = MatchMonth.objects.filter(match__in=current.values("pk"), month__range=(first, last))
    return total_half_days(rows, "half_days")


def _abouts(expert_id: int) -> Iterator[str]:
    return (match.about for match in Match.objects.filter(expert=expert_id))
