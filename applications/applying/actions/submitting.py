"""Submission: one immutable version for each press that brings something new, every press on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications.applying import checked_versions, emails, rules
from applications.applying.actions.clarifying import close_questions
from applications.applying.actions.drafts import lock_application
from applications.applying.next_version import NextVersion
from applications.calls.eligibility import CheckOutcome
from applications.enums import ApplicationStatus, AttemptOutcome
from applications.form import answers
from applications.models import Application, Clarification, Submission, SubmissionAttempt
from core.accounts.models import User
from core.history import move


class _Refused(Exception):
    """Raised when nothing is to be kept; the outcome and its detail go on record."""

    def __init__(
        self, outcome: AttemptOutcome, detail: list[str] | None = None, submission: Submission | None = None
    ) -> None:
        super().__init__(outcome)
        self.outcome, self.detail, self.submission = outcome, detail or [], submission


@dataclass(frozen=True)
class _Press:
    """A press of the button: on which application, by whom, when, and when its page was opened."""

    application: Application
    by: User
    at: datetime
    opened_at: datetime | None

    @cached_property
    def clarification(self) -> Clarification | None:
        return rules.open_question(self.application)

    def record(
        self, outcome: AttemptOutcome, detail: list[str], submission: Submission | None
    ) -> SubmissionAttempt:
        return SubmissionAttempt.objects.create(
            application=self.application,
            by=self.by,
            at=self.at,
            opened_at=self.opened_at,
            outcome=outcome,
            detail=detail,
            submission=submission,
        )


@transaction.atomic
def submit(
    *, public_id: UUID, by: User, opened_at: datetime | None = None, seen: str | None = None
) -> SubmissionAttempt:
    """Submit the answers as they stand; a refusal is recorded like a success and is no exception.

    Args:
        public_id: of the application.
        by: a member.
        opened_at: when the form was opened, from a value that we signed; see `Call.accepts_submission`.
        seen: SHA-256 of the snapshot that the person was shown: nothing else is submitted in their name;
            None where no page was shown.

    Returns:
        The attempt; with a submission if ACCEPTED (a new version) or UNCHANGED (the last one: a
        double click, a retry). A test that could be submitted is ACCEPTED without one, and nothing is kept.
        Otherwise `detail` says why, in the language of the application.

    Raises:
        Application.DoesNotExist: the person is no member.
    """
    arrived_at = timezone.now()  # before the lock: waiting for it must not make anybody late
    application = lock_application(by, answers.with_answers, public_id=public_id)
    press = _Press(application, by, arrived_at, opened_at)
    try:
        _check_access(press)
        _check_time(press, seen)
        version = _check_content(press, seen)
    except _Refused as refused:
        return press.record(refused.outcome, refused.detail, refused.submission)
    if application.is_test:
        return SubmissionAttempt(
            application=application, by=by, at=arrived_at, outcome=AttemptOutcome.ACCEPTED
        )
    submission = _keep(version, press)
    emails.receipt(submission)
    return press.record(AttemptOutcome.ACCEPTED, [], submission)


def _check_access(press: _Press) -> None:
    if press.application.role not in rules.EDITORS:
        raise _Refused(AttemptOutcome.NOT_ALLOWED)
    if not press.application.is_editable_status:
        raise _Refused(AttemptOutcome.WRONG_STATUS, [press.application.get_status_display()])


def _check_time(press: _Press, seen: str | None) -> None:
    if press.application.is_test or rules.in_time(
        press.application, press.clarification, at=press.at, opened_at=press.opened_at
    ):
        return
    last = NextVersion(press.application, press.clarification).before
    if last and seen == last.sha256 and press.opened_at and press.opened_at <= last.submitted_at:
        # The same button of the same page once more: what it showed was submitted in time.
        raise _Refused(AttemptOutcome.UNCHANGED, submission=last)
    closing = rules.deadline(press.application, press.clarification)
    raise _Refused(AttemptOutcome.CLOSED, [closing.isoformat() if closing else ""])


def _check_content(press: _Press, seen: str | None) -> NextVersion:
    """Return the version that is to be kept: new, as it was shown, complete, and within the rules."""
    version = NextVersion(press.application, press.clarification)
    if version.is_unchanged:
        _note_unchanged(press.application)
        raise _Refused(AttemptOutcome.UNCHANGED, submission=version.before)
    if seen is not None and seen != version.sha256:
        raise _Refused(AttemptOutcome.CHANGED)
    if version.missing:
        raise _Refused(AttemptOutcome.INCOMPLETE, [lack.text for lack in version.missing])
    failed = [check.text for check in version.checks if check.outcome is CheckOutcome.FAIL]
    if failed:
        raise _Refused(AttemptOutcome.NOT_ELIGIBLE, failed)
    return version


def _note_unchanged(application: Application) -> None:
    """An answer changed and changed back: nothing is left unsent."""
    if application.has_unsent_changes:
        application.submitted_revision = application.revision
        application.save(update_fields=["submitted_revision"])


def _keep(version: NextVersion, press: _Press) -> Submission:
    application = press.application
    submission = Submission.objects.create(
        application=application,
        number=version.number,
        snapshot=version.snapshot,
        sha256=version.sha256,
        submitted_by=press.by,
        submitted_at=press.at,
    )
    checked_versions.keep(submission, version.checks, at=press.at)
    if version.is_whole:
        application.submitted_revision = application.revision
    if application.status == ApplicationStatus.SUBMITTED:
        application.save(update_fields=["submitted_revision"])
    else:
        move(application, ApplicationStatus.SUBMITTED, by=press.by, also=["submitted_revision"])
    if version.clarification:
        close_questions(application, at=press.at)
    return submission
