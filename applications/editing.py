"""Who may change what on an application, and until when: asked by pages and enforced by actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, MemberRole
from applications.exceptions import NotEditable
from applications.models import Application, Clarification
from applications.sections import Section

EDITORS = (MemberRole.LEAD, MemberRole.EDIT)


def open_question(application: Application) -> Clarification | None:
    """Return the clarification that staff wait for; asks the database only where there can be one."""
    if application.status != ApplicationStatus.RETURNED:
        return None
    return application.clarifications.awaiting().first()


def deadline(application: Application, clarification: Clarification | None) -> datetime | None:
    """Return until when a version may be submitted; None while the call has no closing time."""
    return clarification.due_at if clarification else application.call.closes_at


def in_time(
    application: Application,
    clarification: Clarification | None,
    *,
    at: datetime,
    opened_at: datetime | None = None,
) -> bool:
    """Whether a version that arrives at `at` is taken; the same rule holds for clarifications.

    Args:
        at: the server's clock at arrival, aware.
        opened_at: when the form was opened, from a value that we signed.
    """
    if clarification is None:
        return application.call.accepts_submission(at=at, opened_at=opened_at)
    if at < clarification.due_at:
        return True
    grace = timedelta(minutes=application.call.grace_minutes)
    return opened_at is not None and opened_at < clarification.due_at and at < clarification.due_at + grace


def why_not(
    application: Application,
    clarification: Clarification | None,
    section: Section | None,
    *,
    role: str,
    at: datetime,
) -> Any:
    """Return why the answers may not be changed, for people; None if they may.

    A draft takes text even after closing: what somebody has written is never refused. A section
    of None asks for the application as a whole.
    """
    if role not in EDITORS:
        return _("You may read this application, but not change it. The lead can give you the right.")
    if not application.is_editable_status:
        return _("This application is past the stage in which it can be changed.")
    if clarification and section and section.slug not in clarification.sections:
        return _("Only the sections about which we have asked can be changed now.")
    is_over = not in_time(application, clarification, at=at, opened_at=application.created_at)
    if application.status != ApplicationStatus.DRAFT and is_over:
        return _("The time for changes is over. The version that you submitted counts.")
    return None


def require_editable(
    application: Application, section: Section | None, *, role: str, at: datetime
) -> Clarification | None:
    """Return the open clarification, if any.

    Raises:
        NotEditable: the answers may not be changed by this person or not now.
    """
    clarification = open_question(application)
    reason = why_not(application, clarification, section, role=role, at=at)
    if reason:
        raise NotEditable(reason)
    return clarification
