"""What of the matching waits for a member of staff."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from impact.admin import Waiting
from matching.enums import RunStatus
from matching.models import Match, RegionProposal


def waiting_for(user: Any) -> list[Waiting]:
    """Return teams to confirm and invitations that nobody answered in time; empty without the right."""
    if not user.has_perm("matching.confirm_match"):
        return []
    runs = reverse("admin:matching_matchrun_changelist")
    matches = reverse("admin:matching_match_changelist")
    return [
        Waiting(
            _("proposed teams wait for a second person"),
            RegionProposal.objects.awaiting_confirmation_by(user).count(),
            f"{runs}?status__exact={RunStatus.DONE}",
        ),
        Waiting(
            _("invitations were not answered in time"),
            Match.objects.overdue(timezone.now()).count(),
            f"{matches}?answer=overdue",
            is_urgent=True,
        ),
    ]
