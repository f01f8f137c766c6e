"""What applicants send from their pages, as their browser would."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from applications.applying.actions import drafts
from applications.form import answers
from applications.models import Application
from core.accounts.models import User
from core.sections.merging import digests
from tests.builders.applications import lead_of
from tests.support.default_form import section
from tests.support.forms import press


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(application: Application, slug: str) -> str:
    """Return the address of a section."""
    return f"/applications/{application.public_id}/{slug}/"


def send(client: Client, application: Application, slug: str, **changes: Any) -> HttpResponse:
    """Send the form of a section as it stands on its page, with these changes."""
    sent = typed(client.get(url(application, slug))) | changes
    return press(client, url(application, slug), sent)


def save(application: Application, slug: str, mine: dict[str, Any], **more: Any) -> drafts.SavedApplication:
    """Save a section on the base of what is saved, unless `base` says otherwise."""
    saved = answers.read(Application.objects.get(pk=application.pk), [section(slug)])
    given = {"by": lead_of(application), "base": digests(saved), "choices": {}} | more
    return drafts.save_answers(public_id=application.public_id, section=slug, mine=mine, **given)


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
