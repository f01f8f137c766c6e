"""What of the matching waits for a member of staff."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.dashboard import DUE, SINCE
from applications.models import PilotRegion
from core.accounts.models import User
from core.counts import Count
from core.staff.admin import Waiting
from matching import completeness
from matching.enums import RunStatus, TeamState
from matching.models import Analysis, Match, MatchRun, Reservation


def waiting_for(user: User) -> list[Waiting]:
    """Return teams, late invitations and capacity to see to, as far as the rights of the person go."""
    return [*_of_runs(user), *_of_regions(user), *_of_teams(user), *_of_reservations(user)]


def _of_runs(user: User) -> list[Waiting]:
    if not user.has_perm("matching.run_matching"):
        return []
    address = f"{reverse('admin:matching_matchrun_changelist')}?status__exact={RunStatus.FAILED}"
    analyses = _("match run analyses failed")
    return [
        Waiting(_("match runs failed"), Count(_failed), address, is_urgent=True),
        Waiting(analyses, Count(_analyses_failed), _page_of_failed_analysis, is_urgent=True),
    ]


def _of_regions(user: User) -> list[Waiting]:
    """Return the pilot regions that wait for a run: without a team, or with one that somebody has left."""
    if not user.has_perm("matching.run_matching"):
        return []
    regions = f"{reverse('admin:applications_pilotregion_changelist')}?team="
    without = Count(_without_a_team, dated="created_at")
    lacking = Count(_lacking_a_member, dated="left_at")
    return [
        Waiting(
            _("pilot regions lack a member of their team, after a decline or an end"),
            lacking,
            f"{regions}{TeamState.INCOMPLETE}",
            is_urgent=True,
            says_when=SINCE,
        ),
        Waiting(_("pilot regions have no team yet"), without, f"{regions}{TeamState.NONE}", says_when=SINCE),
    ]


def _of_teams(user: User) -> list[Waiting]:
    if not user.has_perm("matching.confirm_match"):
        return []
    runs = reverse("admin:matching_matchrun_changelist")
    matches = reverse("admin:matching_match_changelist")
    return [
        Waiting(
            _("proposed teams waiting for a second person"),
            Count(completeness.awaiting_confirmation_by(user)),
            f"{runs}?status__exact={RunStatus.DONE}",
        ),
        Waiting(
            _("invitations not answered in time"),
            Count(Match.objects.overdue(timezone.now()), dated="answer_by"),
            f"{matches}?answer=overdue",
            is_urgent=True,
            says_when=DUE,
        ),
    ]


def _of_reservations(user: User) -> list[Waiting]:
    """Return the reservations that have done their part; nobody but staff releases them."""
    if not user.has_perm("matching.run_matching"):
        return []
    address = reverse("admin:matching_reservation_changelist")
    label = _("capacity reservations can be released, because their call has all its teams")
    count = Count(_to_release)
    return [Waiting(label, count, f"{address}?state=to_release")]


def _failed() -> QuerySet[MatchRun]:
    return MatchRun.objects.failed_since_the_last_result()


def _analyses_failed() -> QuerySet[Analysis]:
    return Analysis.objects.given_up()


def _page_of_failed_analysis() -> str:
    first = _analyses_failed().first()
    if first is None:
        return reverse("admin:matching_matchrun_changelist")
    return reverse("admin:matching_matchrun_change", args=[first.run_id])


def _without_a_team() -> QuerySet[Any]:
    return completeness.without_a_team(PilotRegion.objects.all())


def _lacking_a_member() -> QuerySet[Any]:
    return completeness.lacking_a_member(PilotRegion.objects.all())


def _to_release() -> QuerySet[Reservation]:
    return completeness.to_release(Reservation.objects.all())
