"""What of the expert pool waits for a member of staff."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.staff.admin import Waiting
from experts.enums import ExpertStatus
from experts.models import Expert


def waiting_for(user: User) -> list[Waiting]:
    """Return profiles to decide on, changes to look at and deletions to settle; empty without the right."""
    if not user.has_perm("experts.vet_expert"):
        return []
    address = reverse("admin:experts_expert_changelist")
    experts = Expert.objects
    return [
        Waiting(
            _("experts wait for approval"),
            experts.awaiting_approval().count(),
            f"{address}?status__exact={ExpertStatus.SUBMITTED}",
        ),
        Waiting(
            _("expert profiles changed since last seen"),
            experts.changed_since_seen().count(),
            f"{address}?to_see=changed",
        ),
        Waiting(
            _("experts ask for the deletion of their data"),
            experts.erasure_open().count(),
            f"{address}?to_see=erasure",
            is_urgent=True,
        ),
    ]
