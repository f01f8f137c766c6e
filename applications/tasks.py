"""The worker's side of applications: PDFs and reminders."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from celery import shared_task
from django.utils import timezone

from applications.applying import checked_versions, emails, pdf
from applications.enums import ApplicationStatus
from applications.exceptions import PdfFailed
from applications.models import Application, Call, Review, Submission
from applications.reviewing import emails as reviewer_letters
from core import jobs

# Two a second, with a sweep every ten: PDFs never compete with those who submit in the last minute.
PDFS_IN_A_SWEEP = 20
# Days before closing; a default to confirm.
REMIND_DAYS = (14, 3, 1)
# Days before the reviews of a call are due; a default to confirm.
REMIND_REVIEWERS_DAYS = (7, 2)


@shared_task
def sweep() -> None:
    """Make the oldest PDFs that are missing, and check versions whose checks are missing or outdated.

    The rest is left to the next sweep, or to a quicker reader.
    """
    # Whether there is a PDF by now is asked of each in its turn.
    due = Submission.objects.due_for_pdf(timezone.now()).select_related("application")
    for submission in due[:PDFS_IN_A_SWEEP]:
        # One that cannot be made is tried again later, and keeps no other waiting.
        with suppress(PdfFailed):
            pdf.ensure(submission)
    checked_versions.check_due()


@shared_task
def remind_before_closing() -> None:
    """Remind of the closing time; a second run of the same hour, or after a crash, writes nothing twice."""
    now = timezone.now()
    for call in Call.objects.open(now):
        assert call.closes_at
        days = days_to_remind(call.closes_at, now)
        if days:
            _remind(call, call.closes_at, days)


@shared_task
def remind_reviewers() -> None:
    """Remind of unfinished reviews before they are due; each reviewer once for each of the days."""
    now = timezone.now()
    for call in Call.objects.awaiting_reviews(now):
        assert call.reviews_due_at
        days = days_to_remind(call.reviews_due_at, now, REMIND_REVIEWERS_DAYS)
        if days:
            _remind_reviewers(call, call.reviews_due_at, days)


def days_to_remind(deadline: datetime, now: datetime, days_before: Sequence[int] = REMIND_DAYS) -> int | None:
    """Return the latest of the days before a deadline whose moment has come; None before the first."""
    due = [days for days in days_before if now >= deadline - timedelta(days=days)]
    return min(due, default=None)


def _remind_reviewers(call: Call, due_at: datetime, days: int) -> None:
    # Who was asked later than the reminder's moment has just read until when.
    asked_before = due_at - timedelta(days=days)
    reviews = Review.objects.unfinished().filter(application__call=call, assigned_at__lt=asked_before)
    occasion = f"{call.pk}:{due_at:%Y%m%d%H%M}:{days}"
    of_each = groupby(reviews.for_letters(), key=lambda review: review.reviewer_id)
    groups = [list(rows) for _reviewer, rows in of_each]
    jobs.one_by_one(groups, partial(reviewer_letters.remind, occasion=occasion))


def _remind(call: Call, closes_at: datetime, days: int) -> None:
    # Who started later than the reminder's moment has just read the deadline.
    rows = Application.objects.needing_reminder(call, started_before=closes_at - timedelta(days=days))
    applications = rows.prefetch_related("members__user").iterator(chunk_size=500)
    jobs.one_by_one(applications, partial(_remind_of, call=call, days=days))


def _remind_of(application: Application, *, call: Call, days: int) -> None:
    application.call = call
    is_submitted = application.status == ApplicationStatus.SUBMITTED
    emails.reminder(application, days_left=days, has_been_submitted=is_submitted)
