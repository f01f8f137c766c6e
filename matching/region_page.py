"""What the page of a pilot region says of its team: who answered what, what waits, days, what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import cached_property

from applications.models import PilotRegion
from core.half_days import days_in_figures
from core.mail.models import Message
from core.mail.querysets import MessageQuerySet
from core.phrases import StrOrPromise
from matching import snapshots
from matching.completeness import team_state_of
from matching.enums import MatchStatus, TeamState
from matching.models import Match, MatchChange, RegionProposal


@dataclass(frozen=True)
class AskedExpert:
    """An expert who was ever asked, with the last answer; `at` is when it came, or when we asked."""

    match: Match
    at: datetime | None
    reason: str

    @property
    def days(self) -> str:
        return days_in_figures(self.match.half_days)


@dataclass(frozen=True)
class MonthOfTeam:
    """Days that a region needs in a month, and those that its present team gives."""

    month: date
    needed: str
    given: str
    is_short: bool


class RegionTeam:
    """The team of a pilot region; a fixed number of queries, however many people were asked."""

    def __init__(self, region: PilotRegion) -> None:
        self.region = region

    @cached_property
    def state(self) -> TeamState:
        return team_state_of(self.region.pk)

    @cached_property
    def present(self) -> list[AskedExpert]:
        return [member for member in self._asked if member.match.is_standing]

    @cached_property
    def earlier(self) -> list[AskedExpert]:
        """Those who declined or whose match ended, the last first."""
        gone = [member for member in self._asked if not member.match.is_standing]
        return sorted(gone, key=lambda member: -member.match.pk)

    @cached_property
    def happened(self) -> list[tuple[MatchChange, StrOrPromise]]:
        """What became of each invitation, with the status in words; the last first."""
        return [(change, MatchStatus(change.to_status).label) for change in self._changes]

    @cached_property
    def _changes(self) -> list[MatchChange]:
        changes = MatchChange.objects.filter(target__region=self.region).order_by("-at", "-pk")
        return list(changes.select_related("by", "target__expert__user"))

    @cached_property
    def months(self) -> list[MonthOfTeam]:
        needed = Counter({row.month: row.half_days for row in self.region.months.all()})
        given: Counter[date] = Counter()
        for member in self.present:
            given.update({row.month: row.half_days for row in member.match.months.all()})
        return [
            MonthOfTeam(
                month,
                days_in_figures(needed[month]),
                days_in_figures(given[month]),
                given[month] < needed[month],
            )
            for month in sorted({*needed, *given})
        ]

    @cached_property
    def lacks(self) -> list[str]:
        """What staff must fill in before a run uses the region, as `snapshots.lacks` names it."""
        return snapshots.lacks(PilotRegion.objects.for_matching().get(pk=self.region.pk))

    @cached_property
    def proposals(self) -> list[RegionProposal]:
        """The proposals of all runs, the last first."""
        rows = RegionProposal.objects.filter(region=self.region).select_related("run", "confirmed_by")
        return list(rows.defer("run__problem").order_by("-run"))

    @cached_property
    def letters(self) -> MessageQuerySet:
        about = [self.region.application.about, *(member.match.about for member in self._asked)]
        return Message.objects.filter(about__in=about)

    @cached_property
    def _asked(self) -> list[AskedExpert]:
        last = {change.target_id: change for change in reversed(self._changes)}
        matches = Match.objects.filter(region=self.region).select_related("expert__user").with_months()
        return [_member(match, last.get(match.pk)) for match in matches]


def _member(match: Match, change: MatchChange | None) -> AskedExpert:
    at = change.at if change else match.confirmed_at
    return AskedExpert(match, at, change.reason if change and match.status != MatchStatus.INVITED else "")
