"""Applications at every stage: started, answered, submitted while their call was open, judged by staff."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from applications.applying.actions import drafts, members, submitting
from applications.enums import ApplicationStatus, AttemptOutcome, MemberRole
from applications.form import answers
from applications.models import Application, Call, Clarification, Invitation, Submission, SubmissionAttempt
from applications.screening import actions as screening
from core.accounts.models import User
from impact.demo.clock import at
from tests.builders.calls import open_call, while_open
from tests.builders.people import person, the_manager

_number = itertools.count(1)
STRASBOURG, ORTENAU, FREIBURG, PARIS = "FRF11", "DE134", "DE131", "FR101"
# They meet in a point: such partners may submit, and staff decide.
DOUBTFUL = ("DE132", "FRF11")


def started(call: Call | None = None, lead: User | None = None) -> Application:
    lead = lead or person()
    return drafts.start(call_id=(call or open_call()).pk, by=lead, public_id=uuid4())


def lead_of(application: Application) -> User:
    return application.members.get(role=MemberRole.LEAD).user


def member(application: Application, role: str, user: User | None = None) -> User:
    """Let somebody join who was invited by the lead."""
    user = user or person()
    lead = lead_of(application)
    members.invite(application_id=application.pk, by=lead, email=user.email, role=role)
    invitation = Invitation.objects.get(application=application, email=user.email)
    members.accept(invitation_id=invitation.public_id, by=user)
    return user


def partner(unit: str, **columns: Any) -> dict[str, Any]:
    blank = {
        "name": f"Town of {unit}",
        "type": "local_authority",
        "unit": unit,
        "contact_name": "Ana",
        "contact_email": "ana@town.example",
        "website": "",
        "is_lead": False,
    }
    return blank | columns


def complete_answers(units: Sequence[str] = (STRASBOURG, ORTENAU), **changes: Any) -> dict[str, Any]:
    """Every answer that a submission needs, with a partner in each unit; the first one leads."""
    rows = {
        answers.partner_cell(uuid4()): partner(unit, is_lead=place == 0) for place, unit in enumerate(units)
    }
    return (
        {
            "title": "Upper Rhine",
            "units": sorted(units),
            "territory_description": "Two banks of one river.",
            "governance_form": "egtc",
            "governance_description": "We vote.",
            "challenges": ["health", "labour"],
            "challenges_description": "Doctors are on one bank, patients on the other.",
            "ambition": "One network of care.",
            "clld_experience": "joint",
            "readiness": "Two people, two days a month.",
            "needs": [{"area": "clld-design", "weight": 3, "level": 2}],
            "support_description": "A joint strategy.",
            "working_languages": ["de", "fr"],
            "half_days_per_month": 4,
            "support_from": "2027-01-01",
            "support_until": "2027-06-01",
            "declares_legal_entities": True,
            "declares_mandate": True,
            "declares_truth": True,
        }
        | rows
        | changes
    )


def answer(application: Application, cells: dict[str, Any], *, by: User | None = None) -> None:
    """Write answers as somebody who has just read the saved ones."""
    by = by or lead_of(application)
    answers.write(Application.objects.get(pk=application.pk), cells, by=by)


def ready(call: Call | None = None, *, lead: User | None = None, **changes: Any) -> Application:
    """An application to which nothing is missing."""
    application = started(call, lead)
    answer(application, complete_answers(**changes))
    return Application.objects.select_related("call").get(pk=application.pk)


def submit(application: Application, *, by: User | None = None, **more: Any) -> SubmissionAttempt:
    return submitting.submit(public_id=application.public_id, by=by or lead_of(application), **more)


def draft(
    call: Call,
    *,
    title: str = "Upper Rhine",
    units: Sequence[str] = (STRASBOURG, ORTENAU),
    partners: Sequence[str] = (),
    lead_type: str = "local_authority",
    **changes: Any,
) -> Application:
    """A complete working copy, written while the call was open, with a partner of its own in each region.

    Args:
        call: open or closed.
        title: of the territory.
        units: the regions.
        partners: names for the first of them; by default each has one that nobody else has.
        lead_type: of the first partner.
        changes: other answers than these.
    """
    number = next(_number)
    given = {
        "title": title,
        "support_description": "Help us with a joint strategy.",
        "needs": [
            {"area": "clld-design", "weight": 3, "level": 2},
            {"area": "gov-crossborder", "weight": 1, "level": 1},
        ],
        "working_languages": ["en"],
        "support_from": "2026-09-01",
        "support_until": "2026-11-01",
    }
    rows = {
        answers.partner_cell(uuid4()): partner(
            unit,
            name=partners[place] if place < len(partners) else f"Town {number}-{unit}",
            contact_email=f"ana@town{number}.example",
            is_lead=place == 0,
            type="local_authority" if place else lead_type,
        )
        for place, unit in enumerate(units)
    }
    blank = {name: value for name, value in complete_answers(()).items() if "." not in name}
    with while_open(call):
        application = started(call)
        answer(application, blank | {"units": sorted(units)} | given | rows | changes)
    application.refresh_from_db()
    return application


def submitted(call: Call, status: str = ApplicationStatus.SUBMITTED, **answers_: Any) -> Application:
    """An application with one version, brought by staff or its lead to a status that follows on it.

    Args:
        call: open, or closed: then it was submitted before.
        status: as after the verdict; outcomes are what a selection brings.
        answers_: as for `draft`.
    """
    application = draft(call, **answers_)
    if status == ApplicationStatus.DRAFT:
        return application
    resubmit(application)
    bring_to(application, status)
    return application


def resubmit(application: Application, **changes: Any) -> Submission:
    """Submit the working copy as the next version, while the call is or was open; a verdict is given anew.

    Args:
        application: with something that its last version has not, if there is one.
        changes: answers, written before.
    """
    application.refresh_from_db()
    was_eligible = application.status == ApplicationStatus.ELIGIBLE
    if was_eligible:
        screening.take_back_verdict(application_id=application.pk, by=the_manager(), reason="Anew.")
    if changes:
        answer(application, changes)
    with while_open(application.call):
        attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.ACCEPTED, (attempt.outcome, attempt.detail)
    if was_eligible:
        bring_to(application, ApplicationStatus.ELIGIBLE)
    application.refresh_from_db()
    return attempt.submission


def eligible(call: Call, **answers_: Any) -> Application:
    return submitted(call, ApplicationStatus.ELIGIBLE, **answers_)


def returned(
    application: Application,
    *sections: str,
    question: str = "Which one?",
    due_at: datetime | None = None,
) -> Clarification:
    """Ask about some sections of a submitted application, for a week or until an hour that may be over."""
    due_at = due_at or timezone.now() + timedelta(days=7)
    with at(min(timezone.now(), due_at - timedelta(days=1))):
        clarification = screening.return_for_clarification(
            application_id=application.pk,
            by=the_manager(),
            sections=sections or ("territory",),
            question=question,
            due_at=due_at,
        )
    application.refresh_from_db()
    return clarification


def bring_to(application: Application, status: str) -> None:
    """Bring a submitted application to a status that follows, by those who may."""
    staff = {"application_id": application.pk, "by": the_manager()}
    verdict = {**staff, "ends_changes": True}
    match status:
        case ApplicationStatus.ELIGIBLE:
            screening.declare_eligible(**verdict, reason="Both sides are there.")
        case ApplicationStatus.INELIGIBLE:
            screening.declare_ineligible(**verdict, reason="No partner of the other side.")
        case ApplicationStatus.RETURNED:
            returned(application)
        case ApplicationStatus.WITHDRAWN:
            drafts.withdraw(application_id=application.pk, by=lead_of(application))
        case ApplicationStatus.SELECTED | ApplicationStatus.RESERVE | ApplicationStatus.NOT_SELECTED:
            # A selection is made of applications, so its builders stand above these.
            from tests.builders.selections import decided

            screening.declare_eligible(**verdict, reason="Both sides are there.")
            decided({application: status})
    application.refresh_from_db()
