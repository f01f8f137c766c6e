"""What of the retention of personal data waits for a member of staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.counts import Count
from core.privacy import registry
from core.privacy.models import RetentionRun
from core.staff.admin import Waiting

DAY = timedelta(days=1)
# A night may take its time.
LATE = timedelta(hours=2)


def waiting_for(user: User) -> Iterator[Waiting]:
    """Yield what is due for staff to decide, and what did not happen; nothing without the right to see it."""
    if not user.has_perm("privacy.view_retentionrun"):
        return
    address = reverse("admin:privacy_retentionrun_changelist")
    last = RetentionRun.objects.latest_of_each_rule()
    failed, missed = Count(known=_failed(last)), Count(known=_nights_missed(last))
    yield Waiting(_("records at the end of their retention period"), _to_decide(), address)
    yield Waiting(_("retention rules that failed"), failed, address, is_urgent=True)
    yield Waiting(_("nights when the retention rules did not run"), missed, address, is_urgent=True)


def _to_decide() -> Count:
    now = timezone.now()
    return Count(*(rule.due(now) for rule in registry.rules() if rule.carry_out is None))


def _failed(last: Mapping[str, RetentionRun]) -> int:
    return sum(bool(rule.name in last and last[rule.name].error) for rule in registry.rules())


def _nights_missed(last: Mapping[str, RetentionRun]) -> int:
    # A portal without a run yet is as old as its first account.
    newest = max((run.at for run in last.values()), default=None)
    since = newest or User.objects.aggregate(at=Min("date_joined"))["at"]
    return max(0, (timezone.now() - since - LATE) // DAY)
