"""What of the matching waits for a member of staff."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.staff.admin import Waiting
from matching import completeness
from matching.enums import RunStatus
from matching.models import Analysis, Match, MatchRun, Reservation


def waiting_for(user: User) -> list[Waiting]:
    """Return teams, late invitations and capacity to see to, as far as the rights of the person go."""
    return [*_of_runs(user), *_of_teams(user), *_of_reservations(user)]


def _of_runs(user: User) -> list[Waiting]:
    if not user.has_perm("matching.run_matching"):
        return []
    address = f"{reverse('admin:matching_matchrun_changelist')}?status__exact={RunStatus.FAILED}"
    count = MatchRun.objects.failed_since_the_last_result().count()
    analyses = Analysis.objects.given_up()
    first = analyses.first()
    page = reverse("admin:matching_matchrun_change", args=[first.run_id]) if first else address
    return [
        Waiting(_("match runs failed"), count, address, is_urgent=True),
        Waiting(_("analyses of match runs failed"), analyses.count(), page, is_urgent=True),
    ]


def _of_teams(user: User) -> list[Waiting]:
    if not user.has_perm("matching.confirm_match"):
        return []
    runs = reverse("admin:matching_matchrun_changelist")
    matches = reverse("admin:matching_match_changelist")
    return [
        Waiting(
            _("proposed teams wait for a second person"),
            completeness.awaiting_confirmation_by(user).count(),
            f"{runs}?status__exact={RunStatus.DONE}",
        ),
        Waiting(
            _("invitations were not answered in time"),
            Match.objects.overdue(timezone.now()).count(),
            f"{matches}?answer=overdue",
            is_urgent=True,
        ),
    ]


def _of_reservations(user: User) -> list[Waiting]:
    """Return the reservations that have done their part; nobody but staff releases them."""
    if not user.has_perm("matching.run_matching"):
        return []
    address = reverse("admin:matching_reservation_changelist")
    label = _("reservations of capacity can be released: their call has all its teams")
    count = completeness.to_release(Reservation.objects.all()).count()
    return [Waiting(label, count, f"{address}?state=to_release")]
