"""What of the expert pool waits for a member of staff."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.counts import Count
from core.staff.admin import Waiting
from experts.enums import ExpertStatus
from experts.models import Expert


def waiting_for(user: User) -> list[Waiting]:
    """Return profiles to decide on, changes to look at and deletions to settle; empty without the right."""
    if not user.has_perm("experts.vet_expert"):
        return []
    address = reverse("admin:experts_expert_changelist")
    return [
        Waiting(
            _("experts waiting for approval"),
            Count(_to_approve),
            f"{address}?status__exact={ExpertStatus.SUBMITTED}",
        ),
        Waiting(
            _("expert profiles changed since last viewed"),
            Count(_changed),
            f"{address}?to_see=changed",
        ),
        Waiting(
            _("experts asking for their data to be deleted"),
            Count(_to_erase),
            f"{address}?to_see=erasure",
            is_urgent=True,
        ),
    ]


def _to_approve() -> QuerySet[Expert]:
    return Expert.objects.awaiting_approval()


def _changed() -> QuerySet[Expert]:
    return Expert.objects.changed_since_seen()


def _to_erase() -> QuerySet[Expert]:
    return Expert.objects.erasure_open()
