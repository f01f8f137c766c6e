"""Applicants and their applications, made by the portal's own actions."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from applications.applying.actions import drafts, submitting
from applications.enums import MemberRole
from applications.form import answers
from applications.form.sections import BY_SLUG
from applications.models import Application, Call, Member, SubmissionAttempt
from core.accounts.models import User
from tests.support.people import fresh_address

_number = itertools.count(1)
STRASBOURG, ORTENAU, FREIBURG, PARIS = "FRF11", "DE134", "DE131", "FR101"


def person(name: str = "") -> User:
    number = next(_number)
    return User.objects.create_user(fresh_address("applicant"), name=name or f"Applicant {number}")


def open_call(**fields: Any) -> Call:
    """A call that opened ten days ago and closes in ten."""
    number, now = next(_number) + 200, timezone.now()
    values = {
        "title": {"en": f"Call {number}", "fr": f"Appel {number}"},
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=10),
    }
    return Call.objects.create(slug=f"call-{number}", number=number, **(values | fields))


def started(call: Call | None = None, lead: User | None = None) -> Application:
    lead = lead or person()
    return drafts.start(call_id=(call or open_call()).pk, by=lead, public_id=uuid4())


def lead_of(application: Application) -> User:
    return application.members.get(role=MemberRole.LEAD).user


def member(application: Application, role: str) -> User:
    user = person()
    Member.objects.create(application=application, user=user, role=role)
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(application: Application, slug: str) -> str:
    """Return the address of a section."""
    return BY_SLUG[slug].url(application.public_id)


def send(client: Client, application: Application, slug: str, **changes: Any) -> HttpResponse:
    """Send the form of a section as it stands on its page, with these changes."""
    sent = typed(client.get(url(application, slug))) | changes
    return client.post(url(application, slug), sent)


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


def complete_answers(units: tuple[str, ...] = (STRASBOURG, ORTENAU), **changes: Any) -> dict[str, Any]:
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


def ready(call: Call | None = None, **changes: Any) -> Application:
    """An application to which nothing is missing."""
    application = started(call)
    answer(application, complete_answers(**changes))
    return Application.objects.select_related("call").get(pk=application.pk)


def submit(application: Application, *, by: User | None = None, **more: Any) -> SubmissionAttempt:
    return submitting.submit(public_id=application.public_id, by=by or lead_of(application), **more)


def save(application: Application, slug: str, mine: dict[str, Any], **more: Any) -> drafts.Saved:
    """Save a section on the base of what is saved, unless `base` says otherwise."""
    section = BY_SLUG[slug]
    saved = answers.read(Application.objects.get(pk=application.pk), [section])
    given = {"by": lead_of(application), "base": answers.digests(saved), "choices": {}} | more
    return drafts.save_answers(public_id=application.public_id, section=section, mine=mine, **given)


def typed(response: HttpResponse) -> dict[str, Any]:
    """Return what the form of a page would send, as the page shows it."""
    form = response.context["form"]
    sent = _fields(form)
    for rows in form.rows.values():
        sent |= _fields(rows.management_form)
        for row in rows.forms:
            sent |= _fields(row)
    return sent


def press_submit(client: Client, application: Application, **changes: Any) -> HttpResponse:
    """Open "Check your answers" and press its button, with these changes of what the page sends."""
    address = f"/applications/{application.public_id}/check/"
    return client.post(address, typed(client.get(address)) | changes)


def _fields(form: Any) -> dict[str, Any]:
    values = {field.html_name: field.value() for field in form}
    shown = {name: "on" if value is True else value for name, value in values.items()}
    sent = {name: value for name, value in shown.items() if value is not None and value is not False}
    return {
        name: value.strftime("%Y-%m") if hasattr(value, "strftime") else value for name, value in sent.items()
    }
