"""What an application is asked: the version of its call's form on which it is written."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from applications.form.core_questions import DOCUMENTS
from applications.models import Application, Call
from core.questionnaires.loading import questionnaire, questionnaire_of_page
from core.sections.questions import Questionnaire, Section


def asked_of(application: Application) -> Questionnaire:
    """Return what an application is asked; in memory after the first time."""
    return questionnaire(application.form_version_id)


def asked_on(application: Application, version_id: int | None) -> Questionnaire:
    """Return what a page of an application asked that may have been drawn before the form changed.

    Args:
        application: as it is now.
        version_id: of the form, as the page carries it; without one, or with that of another form, it counts
            as drawn now.
    """
    return questionnaire_of_page(application.form_version_id, version_id)


def asked_in(call: Call) -> Questionnaire:
    """Return what who applies now is asked: the published version of the call's form."""
    return questionnaire(call.form.published_version.pk)


def section_url(public_id: UUID, section: Section) -> str:
    """Return the address of the page of a section in an application."""
    return reverse("applications:section", args=[public_id, section.slug])


def files_url(public_id: UUID, question: str) -> str:
    """Return the address of the page on which a question of an application takes files."""
    if question == DOCUMENTS:
        return reverse("applications:documents", args=[public_id])
    return reverse("applications:files", args=[public_id, question])
