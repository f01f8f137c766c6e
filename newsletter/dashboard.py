"""What of the newsletter waits for a member of staff."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.counts import Count
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
            _("draft bulletins"),
            Count(_drafts),
            f"{address}?status__exact={BulletinStatus.DRAFT}",
        ),
        Waiting(
            _("bulletins could not be sent"),
            Count(_failed),
            f"{address}?status__exact={BulletinStatus.FAILED}",
            is_urgent=True,
        ),
    ]


def _drafts() -> QuerySet[Bulletin]:
    return Bulletin.objects.drafts()


def _failed() -> QuerySet[Bulletin]:
    return Bulletin.objects.given_up()
