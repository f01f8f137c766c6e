"""What of the newsletter waits for a member of staff."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.staff.admin import Waiting
from newsletter.enums import BulletinStatus
from newsletter.models import Bulletin


def waiting_for(user: User) -> list[Waiting]:
    """Return the bulletins to see to; empty without the right to send them."""
    if not user.has_perm("newsletter.send_bulletin"):
        return []
    address = reverse("admin:newsletter_bulletin_changelist")
    return [
        Waiting(
            _("bulletins are drafts"),
            Bulletin.objects.drafts().count(),
            f"{address}?status__exact={BulletinStatus.DRAFT}",
        ),
        Waiting(
            _("bulletins could not be sent"),
            Bulletin.objects.given_up().count(),
            f"{address}?status__exact={BulletinStatus.FAILED}",
            is_urgent=True,
        ),
    ]
