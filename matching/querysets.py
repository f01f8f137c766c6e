"""Which runs, proposals, matches and rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from applications.models import Application, PilotRegion
from core.accounts.models import User
from core.jobs import ClaimedJobQuerySet
from experts.models import Expert
from matching.enums import STEERING, FindingKind, MatchStatus, RuleKind, RuleOrigin, RunStatus

if TYPE_CHECKING:
    from matching.models.analyses import Analysis, Finding
    from matching.models.matches import Match, MatchRule
    from matching.models.reservations import Reservation
    from matching.models.runs import MatchRun, Proposal, RegionProposal

CURRENT = [MatchStatus.INVITED, MatchStatus.ACCEPTED]
LEFT = [MatchStatus.DECLINED, MatchStatus.ENDED]


class MatchRunQuerySet(ClaimedJobQuerySet["MatchRun"]):
    def done(self) -> MatchRunQuerySet:
        """With a result, the newest first; without their input, which is long."""
        return self.filter(status=RunStatus.DONE).order_by("-pk").defer("problem")

    def failed_since_the_last_result(self) -> MatchRunQuerySet:
        """Those that failed for good, unless a later run has come to a result."""
        later = self.model.objects.filter(status=RunStatus.DONE, pk__gt=OuterRef("pk"))
        return self.given_up().exclude(Exists(later))

    def newer_than(self, run: MatchRun, since: datetime) -> MatchRunQuerySet:
        """Asked for after a run, and after that moment, unless it came to nothing."""
        came_to_nothing = [RunStatus.CANCELLED, RunStatus.FAILED]
        return self.filter(pk__gt=run.pk, requested_at__gt=since).exclude(status__in=came_to_nothing)


class AnalysisQuerySet(ClaimedJobQuerySet["Analysis"]):
    def latest_first(self) -> AnalysisQuerySet:
        """In the order of their runs, which may not be that in which they were asked for."""
        return self.order_by("-run_id").select_related("run")


class FindingQuerySet(QuerySet["Finding"]):
    def other_teams(self) -> FindingQuerySet:
        return self.filter(kind=FindingKind.OTHER_TEAMS)

    def losses(self) -> FindingQuerySet:
        return self.filter(kind=FindingKind.LOSS)


class RegionProposalQuerySet(QuerySet["RegionProposal"]):
    def confirmed(self) -> RegionProposalQuerySet:
        return self.filter(confirmed_at__isnull=False)

    def served(self) -> RegionProposalQuerySet:
        return self.filter(score__gte=0)

    def open(self) -> RegionProposalQuerySet:
        """Shown, the last of their regions, of regions that know their outcome; not confirmed since.

        Nobody outside may learn of an outcome before its letter has left.
        """
        later = self.model.objects.filter(region=OuterRef("region"), run__gte=OuterRef("run"))
        shown = later.filter(shown_at__isnull=False, run__gt=OuterRef("run"))
        told = Application.objects.without_held_letters()
        return self.filter(
            ~Exists(later.confirmed()),
            ~Exists(shown),
            shown_at__isnull=False,
            region__in=PilotRegion.objects.active(),
            region__application__in=told.values("pk"),
        )

    def open_to(self, user: User) -> RegionProposalQuerySet:
        """Open ones whose application a person leads."""
        return self.open().filter(region__application__in=Application.objects.led_by(user).values("pk"))

    def for_change(self) -> RegionProposalQuerySet:
        """Locked in a fixed order, with their regions as they are after the wait; in a transaction."""
        return self.select_for_update().prefetch_related("region__application").order_by("pk")

    def latest_confirmed(self) -> RegionProposalQuerySet:
        """The proposal of each region that people confirmed last."""
        newest = (
            self.model.objects.confirmed().filter(region=OuterRef("region")).order_by("-confirmed_at", "-pk")
        )
        return self.confirmed().filter(pk=Subquery(newest.values("pk")[:1]))

    def with_region_description(self) -> RegionProposalQuerySet:
        """With what experts read of the region, in a fixed number of queries."""
        return self.select_related("region").prefetch_related(
            "region__sides__country", "region__sides__languages", "region__needs__area"
        )

    def with_team(self) -> RegionProposalQuerySet:
        """With members and experts, in a fixed number of queries."""
        return self.select_related("region").prefetch_related(
            "members__expert__user", "members__expert__country"
        )


class ProposalQuerySet(QuerySet["Proposal"]):
    def with_people(self) -> ProposalQuerySet:
        return self.select_related("expert__user", "region_proposal__region__application")


class MatchQuerySet(QuerySet["Match"]):
    def current(self) -> MatchQuerySet:
        """Those that hold a place in a team and days of an expert."""
        return self.filter(status__in=CURRENT)

    def accepted(self) -> MatchQuerySet:
        return self.filter(status=MatchStatus.ACCEPTED)

    def public(self) -> MatchQuerySet:
        """Accepted, by experts who agreed to be named in public."""
        return self.accepted().filter(expert__in=Expert.objects.listed()).select_related("expert")

    def left(self) -> MatchQuerySet:
        return self.filter(status__in=LEFT)

    def for_expert_user(self, user: User) -> MatchQuerySet:
        return self.filter(expert__user=user).select_related("region__application", "expert").with_months()

    def with_region_description(self) -> MatchQuerySet:
        """With what an expert is told of the region, in a fixed number of queries."""
        return self.prefetch_related(
            "region__sides__country",
            "region__sides__languages",
            "region__needs__area",
            "region__working_languages",
        )

    def reopened_since(self, at: datetime) -> MatchQuerySet:
        """Whose decline was taken back after that."""
        return self.filter(changes__from_status=MatchStatus.DECLINED, changes__at__gte=at).select_related(
            "expert__user"
        )

    def awaiting_answer(self) -> MatchQuerySet:
        return self.filter(status=MatchStatus.INVITED)

    def to_remind(self, at: datetime, ahead: timedelta) -> MatchQuerySet:
        return self.awaiting_answer().filter(answer_by__gt=at, answer_by__lte=at + ahead)

    def overdue(self, at: datetime) -> MatchQuerySet:
        return self.awaiting_answer().filter(answer_by__lt=at)

    def for_change(self) -> MatchQuerySet:
        """Locked, with what its e-mails name as it is after the wait; in a transaction."""
        return self.select_for_update().prefetch_related(
            "region__application", "expert__user", "confirmed_by"
        )

    def with_months(self) -> MatchQuerySet:
        return self.prefetch_related("months")


class ReservationQuerySet(QuerySet["Reservation"]):
    def in_force(self) -> ReservationQuerySet:
        return self.filter(released_at__isnull=True)

    def released(self) -> ReservationQuerySet:
        return self.filter(released_at__isnull=False)

    def with_names(self) -> ReservationQuerySet:
        return self.select_related("call", "expert__user")


class MatchRuleQuerySet(QuerySet["MatchRule"]):
    def in_force(self) -> MatchRuleQuerySet:
        return self.filter(lifted_at__isnull=True)

    def with_pair(self) -> MatchRuleQuerySet:
        return self.select_related("region", "expert__user")

    def pins(self) -> MatchRuleQuerySet:
        return self.filter(kind=RuleKind.PINNED)

    def locking(self) -> MatchRuleQuerySet:
        """Pins that lock a whole team."""
        return self.filter(team_size__isnull=False)

    def cleared(self) -> MatchRuleQuerySet:
        return self.filter(kind=RuleKind.CLEARED)

    def replaced_by_kind(self, kind: str) -> MatchRuleQuerySet:
        """Those of which a pair has one at a time, together with that kind."""
        return self.filter(kind__in=STEERING if kind in STEERING else [kind])

    def wishes(self) -> MatchRuleQuerySet:
        return self.filter(kind=RuleKind.WISHED)

    def refusals(self) -> MatchRuleQuerySet:
        """Bans by regions."""
        return self.filter(origin=RuleOrigin.REGION)

    def said_by_experts(self) -> MatchRuleQuerySet:
        """What experts said of themselves: that they would like to serve a region, or cannot."""
        return self.filter(origin=RuleOrigin.EXPERT)

    def by_outsiders(self) -> MatchRuleQuerySet:
        """Of regions and experts, not of staff."""
        return self.exclude(origin=RuleOrigin.STAFF)

    def bans(self) -> MatchRuleQuerySet:
        return self.filter(kind=RuleKind.FORBIDDEN)
