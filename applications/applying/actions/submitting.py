"""Submission: one immutable version for each press that brings something new, every press on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications.applying import emails, rules, snapshots
from applications.applying.actions.drafts import lock
from applications.applying.eligibility import check_submission
from applications.applying.snapshots import Snapshot
from applications.calls.eligibility import CheckOutcome
from applications.enums import ApplicationStatus, AttemptOutcome
from applications.form import answers
from applications.form.completeness import missing
from applications.form.sections import Section
from applications.models import Application, Clarification, Submission, SubmissionAttempt
from core.accounts.models import User
from core.history import move

Refusal = tuple[AttemptOutcome, list[str]]


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
        double click, a retry). Otherwise `detail` says why, in the language of the application.

    Raises:
        Application.DoesNotExist: the person is no member.
    """
    arrived_at = timezone.now()  # before the lock: waiting for it must not make anybody late
    application = lock(by, answers.with_documents, public_id=public_id)
    clarification = rules.open_question(application)
    attempt = partial(_attempt, application, by=by, at=arrived_at, opened_at=opened_at)
    refusal = _refuse_person_or_time(application, clarification, arrived_at, opened_at)
    if refusal:
        return attempt(*refusal)
    last = application.submissions.order_by("-number").first() if application.was_submitted else None
    asked, working_copy = rules.sections_asked(clarification), snapshots.make(application)
    snapshot = (
        snapshots.answering(last.snapshot, working_copy, asked) if last and clarification else working_copy
    )
    sha256 = snapshots.sha256_of(snapshot)
    if last and last.sha256 == sha256 and not clarification:
        _note_submitted(application)
        return attempt(AttemptOutcome.UNCHANGED, [], submission=last)
    if seen is not None and seen != sha256:
        return attempt(AttemptOutcome.CHANGED, [])
    refusal = _refuse_content(application, snapshot, asked)
    if refusal:
        return attempt(*refusal)
    is_whole = snapshot == working_copy
    submission = _keep(application, snapshot, sha256, last, is_whole=is_whole, by=by, at=arrived_at)
    if clarification:
        application.clarifications.awaiting().update(answered_at=arrived_at)
    emails.receipt(submission)
    return attempt(AttemptOutcome.ACCEPTED, [], submission=submission)


def _refuse_person_or_time(
    application: Application,
    clarification: Clarification | None,
    arrived_at: datetime,
    opened_at: datetime | None,
) -> Refusal | None:
    if application.role not in rules.EDITORS:
        return AttemptOutcome.NOT_ALLOWED, []
    if not application.is_editable_status:
        return AttemptOutcome.WRONG_STATUS, [application.get_status_display()]
    if not rules.in_time(application, clarification, at=arrived_at, opened_at=opened_at):
        closing = rules.deadline(application, clarification)
        return AttemptOutcome.CLOSED, [closing.isoformat() if closing else ""]
    return None


def _refuse_content(application: Application, snapshot: Snapshot, asked: Iterable[Section]) -> Refusal | None:
    lacks = missing(answers.read(application), asked)
    if lacks:
        return AttemptOutcome.INCOMPLETE, [lack.text for lack in lacks]
    checks = check_submission(snapshot)
    failed = [check.text for check in checks if check.outcome is CheckOutcome.FAIL]
    return (AttemptOutcome.NOT_ELIGIBLE, failed) if failed else None


def _keep(
    application: Application,
    snapshot: Snapshot,
    sha256: str,
    last: Submission | None,
    *,
    is_whole: bool,
    by: User,
    at: datetime,
) -> Submission:
    submission = Submission.objects.create(
        application=application,
        number=last.number + 1 if last else 1,
        snapshot=snapshot,
        sha256=sha256,
        submitted_by=by,
        submitted_at=at,
    )
    if is_whole:
        application.submitted_revision = application.revision
    if application.status == ApplicationStatus.SUBMITTED:
        application.save(update_fields=["submitted_revision"])
    else:
        move(application, ApplicationStatus.SUBMITTED, by=by, also=["submitted_revision"])
    return submission


def _note_submitted(application: Application) -> None:
    """An answer changed and changed back: nothing is left unsent."""
    if application.has_unsent_changes:
        application.submitted_revision = application.revision
        application.save(update_fields=["submitted_revision"])


def _attempt(
    application: Application,
    outcome: AttemptOutcome,
    detail: list[str],
    *,
    by: User,
    at: datetime,
    opened_at: datetime | None,
    submission: Submission | None = None,
) -> SubmissionAttempt:
    return SubmissionAttempt.objects.create(
        application=application,
        by=by,
        at=at,
        opened_at=opened_at,
        outcome=outcome,
        detail=detail,
        submission=submission,
    )
