"""What the pool of experts asks about matches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.utils.translation import gettext

from experts.commitments import Commitments
from experts.querysets import total_half_days
from matching import wording
from matching.board import names_of_all
from matching.models import Analysis, Match, MatchMonth


def commitments() -> Commitments:
    """Return what this app registers."""
    return Commitments(lambda: Match.objects.values("expert"), _promised, _abouts, _losses)


def _promised(first: date, last: date) -> Combinable:
    current = Match.objects.current().filter(expert=OuterRef(OuterRef("pk")))
    rows = MatchMonth.objects.filter(match__in=current.values("pk"), month__range=(first, last))
    return total_half_days(rows, "half_days")


def _abouts(expert_id: int) -> Iterator[str]:
    return (match.about for match in Match.objects.filter(expert=expert_id))


def _losses(expert_id: int) -> Iterator[str]:
    """Yield what the newest run that was analysed loses without an expert."""
    newest = Analysis.objects.latest_first().first()
    finding = newest and newest.findings.losses().filter(expert=expert_id).first()
    if newest and finding:
        yield wording.loss(finding.value, names_of_all())
        yield gettext("According to %(run)s.") % {"run": newest.run}
