"""Jobs: what a worker takes from a row, tries some times with growing waits, and then leaves to staff.

A job is a row with a status. `Job` is work in small steps, each in a transaction, such as a bulletin; a
`ClaimedJob` is claimed first, worked on outside of any transaction, and taken over from a worker that died.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history import HasStatus, IllegalMove, move

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
# Much longer than a heartbeat: a machine that is busy is not dead.
HEARTBEAT_LASTS = timedelta(seconds=60)
LONGEST_REASON = 2000


_Job = TypeVar("_Job", bound="Job")
_Row = TypeVar("_Row")
_Claimed = TypeVar("_Claimed", bound="ClaimedJob")


class JobQuerySet(QuerySet[_Job]):
    def ready_to_try(self, at: datetime) -> Self:
        """Never failed, or failed so long ago that it is time to try again."""
        return self.filter(Q(not_before__isnull=True) | Q(not_before__lte=at))

    def given_up(self) -> Self:
        """Failed so often that nobody tries any more by itself."""
        return self.filter(status=self.model.FAILED)


class ClaimedJobQuerySet(JobQuerySet[_Claimed]):
    def queued(self) -> Self:
        """Those that a worker may claim, the oldest first."""
        return self.ready_to_try(timezone.now()).filter(status=self.model.WAITING).order_by("pk")

    def abandoned(self) -> Self:
        """Claimed by a worker that has not been heard of since."""
        return self.filter(status=self.model.RUNNING, heartbeat_at__lt=timezone.now() - HEARTBEAT_LASTS)


class Job(HasStatus):
    """Work that may fail; after the last of the waits it has failed for good, and staff may try again."""

    # How long to wait after the first, second… failure.
    WAITS: Sequence[timedelta] = ()
    WAITING = "queued"
    FAILED = "failed"

    failures = models.PositiveSmallIntegerField(_("failed attempts"), default=0, db_default=0, editable=False)
    not_before = models.DateTimeField(_("next attempt"), null=True, blank=True, editable=False)
    error = models.TextField(_("reason"), blank=True, db_default="", editable=False)

    class Meta:
        abstract = True


class ClaimedJob(Job):
    """Work that a worker claims; its heartbeat says that the worker lives."""

    RUNNING = "running"

    claims = models.PositiveSmallIntegerField(_("times started"), default=0)
    claimed_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        abstract = True


class Heartbeat(threading.Thread):
    """Says for a claimed job that its worker lives, on a database connection of its own."""

    def __init__(self, job: ClaimedJob) -> None:
        super().__init__(daemon=True)
        rows: QuerySet[Any] = type(job)._default_manager.all()
        self.mine = rows.filter(pk=job.pk, status=job.RUNNING, claims=job.claims)
        self._ended = threading.Event()

    def __enter__(self) -> Heartbeat:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._ended.wait(HEARTBEAT_SECONDS):
                self.beat()
        finally:
            connection.close()

    def beat(self) -> None:
        self.mine.update(heartbeat_at=timezone.now())


@transaction.atomic
def claim(jobs: ClaimedJobQuerySet[_Claimed]) -> _Claimed | None:
    """Take the oldest queued job; committed before the work, so that no other worker takes it too."""
    job = jobs.queued().select_for_update(skip_locked=True).first()
    if job is None:
        return None
    job.claimed_at = job.heartbeat_at = timezone.now()
    job.claims += 1
    move(job, job.RUNNING, by=None, also=["claimed_at", "heartbeat_at", "claims"])
    return job


def lock_if_mine(claimed: _Claimed) -> _Claimed | None:
    """Lock the row of a claimed job; None if another worker has taken it over since."""
    now = type(claimed)._default_manager.select_for_update().get(pk=claimed.pk)
    return now if (now.status, now.claims) == (claimed.RUNNING, claimed.claims) else None


def note_failure(job: Job, reason: str, *, is_at_once: bool = False, is_final: bool = False) -> bool:
    """Count a failed try of a locked job: it waits for the next one, or has failed for good.

    Args:
        reason: for staff.
        is_at_once: whether the next try need not wait, since the worker died and not the work.
        is_final: whether another try would be of no use.

    Returns:
        Whether it has failed for good.
    """
    job.failures += 1
    is_over = is_final or job.failures > len(job.WAITS)
    # PostgreSQL takes any text but this, which some libraries quote from what they read.
    job.error = reason.replace("\0", "")[:LONGEST_REASON]
    is_waiting = not (is_over or is_at_once)
    job.not_before = timezone.now() + job.WAITS[job.failures - 1] if is_waiting else None
    _settle(job, job.FAILED if is_over else job.WAITING, ended_at=timezone.now() if is_over else None)
    return is_over


def note_success(job: Job) -> None:
    """Forget the failures of a locked job that has made a step."""
    job.failures, job.not_before, job.error = 0, None, ""
    job.save(update_fields=["failures", "not_before", "error"])


def try_again(job: Job, *, by: User | None) -> None:
    """Give a locked job that has failed for good all its tries again.

    Args:
        by: the person; None where nobody decides it, such as for a question that is asked anew.

    Raises:
        IllegalMove: it has not failed.
    """
    if job.status != job.FAILED:
        raise IllegalMove(job, job.WAITING)
    job.failures, job.not_before, job.error = 0, None, ""
    _settle(job, job.WAITING, by=by)


def one_by_one(rows: Iterable[_Row], work: Callable[[_Row], object]) -> None:
    """Do something for each row, each in a transaction: one that fails is logged and stops no other."""
    for row in rows:
        try:
            with transaction.atomic():
                work(row)
        except Exception:  # whatever is wrong with one row, the others are due all the same
            logger.exception("%s failed for %r", work, row)


def describe(error: Exception) -> str:
    """Return an error in one line, for staff."""
    return f"{type(error).__name__}: {error}"


def _settle(job: Job, status: str, *, by: User | None = None, ended_at: datetime | None = None) -> None:
    also = ["failures", "not_before", "error"]
    if isinstance(job, ClaimedJob):
        job.finished_at = ended_at
        also.append("finished_at")
    if job.status == status:
        job.save(update_fields=also)
    else:
        move(job, status, by=by, reason=job.error, also=also)
