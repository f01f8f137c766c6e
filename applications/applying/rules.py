"""Who may change what on an application, and until when: asked by pages and enforced by actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying.clarified import Clarified
from applications.enums import ApplicationStatus, MemberRole
from applications.exceptions import NotEditable
from applications.form import answers
from applications.form.asked import asked_of
from applications.models import Application, Clarification
from core.phrases import StrOrPromise
from core.sections.questions import Section
from core.templatetags.impact_time import brussels

EDITORS = (MemberRole.LEAD, MemberRole.EDIT)


def open_question(application: Application) -> Clarification | None:
    """Return the clarification that staff wait for; asks the database only where there can be one."""
    if application.status != ApplicationStatus.RETURNED:
        return None
    return application.clarifications.awaiting().first()


def clarified(application: Application, clarification: Clarification | None) -> Clarified | None:
    """Return what an answer to staff says by now; None if they ask nothing.

    Worked out once for a row as it was read, whoever asks: each change raises its revision.
    """
    if clarification is None:
        return None
    state = clarification.pk, application.form_version_id, application.revision
    kept = vars(application).setdefault("_clarified", {})
    if state not in kept:
        kept[state] = _clarified(application, clarification)
    answer: Clarified = kept[state]
    return answer


def keep_worked_out(read_before: Application, application: Application) -> None:
    """Let a row that was read again use what was worked out of it before, as far as nothing has changed."""
    vars(application)["_clarified"] = vars(read_before).get("_clarified", {})


def _clarified(application: Application, clarification: Clarification) -> Clarified:
    form = asked_of(application)
    answers.load(application, form)
    before = application.submissions.latest("number")
    return Clarified(form, before.snapshot, answers.read(application), frozenset(clarification.sections))


def sections_asked(application: Application, answer: Clarified | None) -> tuple[Section, ...]:
    """Return the sections that may be changed and that the next version takes; all if staff ask nothing.

    Of a section that other answers have opened only the questions that they lead to.
    """
    return answer.sections if answer else asked_of(application).sections


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
    ends_at = _with_grace(application, clarification.due_at)
    return opened_at is not None and opened_at < clarification.due_at and at < ends_at


def grace_ends_at(application: Application, clarification: Clarification | None) -> datetime | None:
    """Return until when a form opened before the deadline may be submitted; None without a deadline."""
    closes_at = deadline(application, clarification)
    return closes_at and _with_grace(application, closes_at)


def _with_grace(application: Application, closes_at: datetime) -> datetime:
    return closes_at + timedelta(minutes=application.call.grace_minutes)


def why_not(
    application: Application,
    clarification: Clarification | None,
    section: Section | None,
    *,
    role: str,
    at: datetime,
    opened_at: datetime | None = None,
) -> StrOrPromise | None:
    """Return why the answers may not be changed, for people; None if they may.

    A draft takes text even after closing: what somebody has written is never refused.

    Args:
        section: None asks for the application as a whole.
        role: of the person.
        at: now, aware.
        opened_at: when the page was opened, from a value that we signed.
    """
    if role not in EDITORS:
        return _(
            "You can view this application but not edit it. The lead person can give you "
            "access to edit it under “People and partners”."
        )
    if not application.is_editable_status:
        return _("This application can no longer be changed.")
    if section and _is_closed(application, clarification, section):
        return _("You can only change the sections that we have asked about.")
    if application.status == ApplicationStatus.DRAFT:
        return None
    if in_time(application, clarification, at=at, opened_at=opened_at):
        return None
    return _why_over(application, clarification, at)


def part_of(section: Section, answer: Clarified | None) -> Section:
    """Return what may be changed of a section: all of it, or what has opened in an answer to staff."""
    opened = answer.opened if answer else ()
    return next((each.section for each in opened if each.section.slug == section.slug), section)


def _is_closed(application: Application, clarification: Clarification | None, section: Section) -> bool:
    """Whether staff ask neither about a section nor about what has opened in it."""
    if clarification is None or section.slug in clarification.sections:
        return False
    answer = clarified(application, clarification)
    return answer is not None and all(each.section.slug != section.slug for each in answer.opened)


def require_editable(
    application: Application,
    section: Section | None,
    *,
    role: str,
    at: datetime,
    opened_at: datetime | None = None,
) -> Clarification | None:
    """Return the open clarification, if any.

    What was typed in a page that was opened in time is kept whenever it arrives, since only a
    submission has to be in time.

    Args:
        section: which is changed; None for the application as a whole.
        role: of the person.
        at: the server's clock at arrival, aware.
        opened_at: when the page was opened, from a value that we signed.

    Raises:
        NotEditable: the answers may not be changed by this person or not now.
    """
    clarification = open_question(application)
    ask = partial(why_not, application, clarification, section, role=role)
    reason = ask(at=at, opened_at=opened_at)
    if reason and (opened_at is None or ask(at=opened_at)):
        raise NotEditable(reason)
    return clarification


def when_it_closed(
    application: Application,
    clarification: Clarification | None,
    *,
    at: datetime,
    opened_at: datetime | None = None,
) -> str:
    """Return that the time to submit is over, and how long the grace still runs; "" before closing.

    Args:
        at: now, aware.
        opened_at: when the page was opened, from a value that we signed.
    """
    closes_at = deadline(application, clarification)
    if closes_at is None or at < closes_at:
        return ""
    if not in_time(application, clarification, at=at, opened_at=opened_at):
        words = gettext("The deadline was %(when)s. This can no longer be submitted.")
        return words % {"when": brussels(closes_at)}
    words = gettext("The deadline was %(when)s. This page can still be submitted until %(until)s.")
    ends_at = _with_grace(application, closes_at)
    return words % {"when": brussels(closes_at), "until": brussels(ends_at)}


def what_is_left_to_do(
    application: Application,
    clarification: Clarification | None,
    *,
    at: datetime,
    opened_at: datetime | None = None,
) -> str:
    """Return what a saved change does not do by itself, and until when it can be done; "" if nothing."""
    closed = when_it_closed(application, clarification, at=at, opened_at=opened_at)
    if clarification:
        return f"{gettext('Not sent yet: submit to send your answer.')} {closed}".strip()
    if application.has_unsent_changes:
        unsent = gettext(
            "Your changes have not been submitted. Your last submitted version counts until you submit again."
        )
        return f"{unsent} {closed}".strip()
    return closed


def _why_over(application: Application, clarification: Clarification | None, at: datetime) -> str:
    closes_at = deadline(application, clarification)
    if closes_at is None:
        return gettext("The deadline for changes has passed. The version that you submitted counts.")
    words = gettext("The deadline for changes was %(when)s. The version that you submitted counts.")
    reason = words % {"when": brussels(closes_at)}
    ends_at = _with_grace(application, closes_at)
    if at >= ends_at:
        return reason
    words = gettext("A page that you opened before then can still be saved and submitted until %(until)s.")
    return f"{reason} {words % {'until': brussels(ends_at)}}"
