"""Withdrawal on request of the applicants, by staff: what has come of the application ends with it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from applications.applying import emails
from applications.applying.actions.clarifying import close_questions
from applications.enums import ApplicationStatus
from applications.models import PilotRegion
from applications.screening.actions import locked, refuse_if_proposed
from applications.selecting.actions import piloting
from core.accounts.models import User
from core.history import move
from core.mail import actions as mail


@transaction.atomic
def withdraw(*, application_id: int, by: User, reason: str) -> None:
    """Take an application out because its applicant asked for it; a pilot region gives up its place.

    Raises:
        NotAllowed: the person may not give verdicts.
        IllegalMove: the application is past it.
        ValidationError: a proposed selection decides on it.
    """
    application = locked(application_id, by)
    refuse_if_proposed(application)
    move(application, ApplicationStatus.WITHDRAWN, by=by, reason=reason)
    close_questions(application, at=timezone.now())
    # Nobody is told any more of an outcome that does not stand.
    mail.discard_held(about=application.about)
    for region in PilotRegion.objects.active().filter(application=application).select_for_update():
        piloting.end_locked(region, by=by, reason=reason)
    emails.confirm_withdrawal(application.changes.latest("pk"))
