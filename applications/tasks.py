"""The worker's side of applications: PDFs and reminders."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from applications import emails, pdf
from applications.enums import ApplicationStatus
from applications.models import Application, Call, Submission

# Days before closing; a default to confirm.
REMIND_DAYS = (14, 3, 1)


@shared_task
def make_pdf(submission_id: int) -> None:
    """Make the PDF of a version, unless a reader was quicker."""
    pdf.ensure(Submission.objects.get(pk=submission_id))


@shared_task
def remind_before_closing() -> None:
    """Remind of the closing time; a second run of the same hour, or after a crash, writes nothing twice."""
    now = timezone.now()
    for call in Call.objects.open(now):
        days = days_to_remind(call.closes_at, now)
        if days:
            _remind(call, days)


def days_to_remind(closes_at: datetime, now: datetime) -> int | None:
    """Return the latest of `REMIND_DAYS` whose moment has come; None before the first."""
    due = [days for days in REMIND_DAYS if now >= closes_at - timedelta(days=days)]
    return min(due, default=None)


def _remind(call: Call, days: int) -> None:
    # Who started later than the reminder's moment has just read the deadline.
    rows = Application.objects.needing_reminder(call, started_before=call.closes_at - timedelta(days=days))
    for application in rows.prefetch_related("members__user").iterator(chunk_size=500):
        application.call = call
        is_submitted = application.status == ApplicationStatus.SUBMITTED
        emails.reminder(application, days_left=days, has_been_submitted=is_submitted)
