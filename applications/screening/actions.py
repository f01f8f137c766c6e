"""The eligibility verdict, and questions to the applicants before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.applying.actions.clarifying import close_questions
from applications.applying.eligibility import check_submission
from applications.calls import eligibility
from applications.enums import ApplicationStatus, SelectionStatus
from applications.form.asked import asked_of
from applications.models import Application, Clarification, SelectionEntry
from applications.screening import emails
from core.accounts.models import User
from core.history import IllegalMove, move, require
from core.mail import actions as mail


@transaction.atomic
def declare_eligible(*, application_id: int, by: User, reason: str = "", ends_changes: bool = False) -> None:
    """Let an application take part in the selection.

    Args:
        application_id: one that was submitted.
        by: the person.
        reason: why it is eligible, where an automatic check does not agree.
        ends_changes: the person's word that the applicant may not change it any more, though the call is
            open.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: it does not wait for one.
        ValidationError: an automatic check does not agree, and no reason says why it is eligible; or the call
            is still open.
    """
    application = locked(application_id, by)
    # From elsewhere the way back is another verb: a selection is undone.
    _require_status(application, ApplicationStatus.SUBMITTED, to=ApplicationStatus.ELIGIBLE)
    _refuse_while_open(application, ends_changes)
    if not reason.strip():
        _require_agreement(application)
    move(application, ApplicationStatus.ELIGIBLE, by=by, reason=reason)


@transaction.atomic
def declare_ineligible(*, application_id: int, by: User, reason: str, ends_changes: bool = False) -> None:
    """Refuse an application; the letter with the reason is written and waits for its release.

    Args:
        application_id: one that was submitted.
        by: the person.
        reason: for the applicant.
        ends_changes: as for `declare_eligible`.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: it does not wait for one.
        ValidationError: the call is still open.
    """
    application = locked(application_id, by)
    if application.can_move(ApplicationStatus.INELIGIBLE):
        _refuse_while_open(application, ends_changes)
    move(application, ApplicationStatus.INELIGIBLE, by=by, reason=reason)
    close_questions(application, at=timezone.now())
    emails.hold_verdict(application, reason=reason)


@transaction.atomic
def take_back_verdict(*, application_id: int, by: User, reason: str) -> None:
    """Screen an application anew; a letter that has not left never leaves.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: there is no verdict, or the selection has passed.
        ValidationError: a proposed selection decides on it.
    """
    application = locked(application_id, by)
    verdicts = (ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE)
    _require_status(application, *verdicts, to=ApplicationStatus.SUBMITTED)
    refuse_if_proposed(application)
    mail.discard_keys(keys=[emails.verdict_key(application)])
    move(application, ApplicationStatus.SUBMITTED, by=by, reason=reason)


@transaction.atomic
def release_verdict(*, application_id: int, by: User) -> int:
    """Send the letter of a refusal.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: the application was not refused.
        ValidationError: no letter is held.
    """
    application = locked(application_id, by)
    _require_status(application, ApplicationStatus.INELIGIBLE, to=ApplicationStatus.INELIGIBLE)
    released = mail.release(keys=[emails.verdict_key(application)])
    if not released:
        raise ValidationError(_("There is no verdict letter on hold."))
    return released


@transaction.atomic
def return_for_clarification(
    *, application_id: int, by: User, sections: Sequence[str], question: str, due_at: datetime
) -> Clarification:
    """Ask the applicant about some sections, which may then be changed until a deadline of their own.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: the application does not wait for a verdict.
        ValidationError: no or an unknown section, or a deadline that has passed.
    """
    application = locked(application_id, by)
    asked = [section for section in asked_of(application) if section.slug in sections]
    if not sections or len(asked) != len(set(sections)):
        raise ValidationError(_("Choose the sections that the applicant can change."))
    if due_at <= timezone.now():
        raise ValidationError(_("Enter a deadline in the future."))
    move(application, ApplicationStatus.RETURNED, by=by, reason=question)
    clarification = application.clarifications.create(
        sections=list(sections), question=question, due_at=due_at, asked_by=by
    )
    emails.ask(clarification, section_titles=[section.title for section in asked])
    return clarification


@transaction.atomic
def close_clarification(*, application_id: int, by: User, reason: str) -> None:
    """Continue with the last version, although the question was not answered.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: no question is open.
    """
    application = locked(application_id, by)
    _require_status(application, ApplicationStatus.RETURNED, to=ApplicationStatus.SUBMITTED)
    move(application, ApplicationStatus.SUBMITTED, by=by, reason=reason)
    close_questions(application, at=timezone.now())


def locked(application_id: int, by: User) -> Application:
    """Return a submitted application, locked, to a person who may give verdicts.

    Raises:
        NotAllowed: the person may not.
    """
    require(by, "applications.screen_application")
    return Application.objects.submitted().select_for_update(of=["self"]).get(pk=application_id)


def _require_status(application: Application, *statuses: str, to: str) -> None:
    """Refuse a verb that the table of moves allows from other statuses too, where it means something else."""
    if application.status not in statuses:
        raise IllegalMove(application, to)


def _refuse_while_open(application: Application, ends_changes: bool) -> None:
    if application.call.is_open and not ends_changes:
        raise ValidationError(
            _(
                "The call is still open, and a verdict ends the applicant’s right to change "
                "the application. Wait until the call has closed, or confirm that the "
                "application can no longer be changed."
            )
        )


def _require_agreement(application: Application) -> None:
    snapshot = application.submissions.latest("number").snapshot
    doubts = eligibility.doubts(check_submission(snapshot))
    if doubts:
        texts = " ".join(check.text for check in doubts)
        raise ValidationError(
            _(
                "Not every check is met. Decide on this application separately and say why it is "
                "eligible. %(texts)s"
            )
            % {"texts": texts}
        )


def refuse_if_proposed(application: Application) -> None:
    """Leave an application alone while a proposed selection decides on it.

    Raises:
        ValidationError: one does.
    """
    entries = SelectionEntry.objects.filter(application=application)
    if entries.filter(selection__status=SelectionStatus.PROPOSED).exists():
        raise ValidationError(
            _("This application is part of a proposed selection. Reject that selection first.")
        )
