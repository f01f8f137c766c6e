"""Summing up violations, and forgetting one that was looked into."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.accounts.models import User
from core.history import require
from core.rate_limits import RateLimit, Use, spend
from core.violations.models import Violation
from core.violations.reading import ViolationReport

# Anybody can send reports: so many different ones are kept, and then only those known are counted.
MAX_ROWS = 500
# For the table as a whole: two reports of a new kind must not both be the last that has room.
LOCK = "LOCK TABLE violations_violation IN SHARE ROW EXCLUSIVE MODE"


# One browser on a broken page reports some kinds; who reports many fills the table for everybody else. A
# default, to confirm.
NEW_OF_A_NETWORK = RateLimit("new policy reports of a network", 20, 24 * 60 * 60)


def record_violation(report: ViolationReport, *, network: str) -> None:
    """Count a violation, as one more of its kind or as the first while there is room.

    Args:
        network: that sent it; it has only so many new kinds in a day.
    """
    if not _counted(report) and spend(Use(NEW_OF_A_NETWORK, network)) is None:
        with transaction.atomic():
            transaction.get_connection().cursor().execute(LOCK)
            if not _counted(report) and Violation.objects.count() < MAX_ROWS:
                Violation.objects.create(**report._asdict())


def forget(*, violation_id: int, by: User) -> None:
    """Remove a row that was looked into; should it happen again, it is counted anew.

    Raises:
        NotAllowed: the person may not remove violations.
    """
    require(by, "violations.delete_violation")
    Violation.objects.get(pk=violation_id).delete()


def _counted(report: ViolationReport) -> int:
    same = Violation.objects.filter(**report._asdict())
    return same.update(count=F("count") + 1, last_at=timezone.now())
