"""E-mails of the screening: the letter about a refusal, which is held, and questions to the applicants."""

from __future__ import annotations

from typing import Any

from applications.applying import letter_texts
from applications.applying.emails import to_lead
from applications.applying.letters import template_of
from applications.enums import ApplicationStatus, LetterKind
from applications.models import Application, Clarification
from core.mail.models import Message


def verdict_key(application: Application) -> str:
    """The key of the letter about the last verdict: a verdict taken back and given anew is another."""
    return f"application:{application.pk}:verdict:{application.changes.latest('at', 'pk').pk}"


def about_verdict(application: Application) -> Message | None:
    """Return the letter about the refusal that stands, whether it has left or not."""
    if application.status != ApplicationStatus.INELIGIBLE:
        return None
    return Message.objects.with_keys([verdict_key(application)]).first()


def hold_verdict(application: Application, *, reason: str) -> None:
    """Write the letter to an applicant who may not take part; it waits until staff release it."""
    to_lead(
        application,
        template=template_of(LetterKind.INELIGIBLE),
        key=verdict_key(application),
        is_held=True,
        written=letter_texts.write(LetterKind.INELIGIBLE, application, reason=reason),
    )


def ask(clarification: Clarification, *, section_titles: list[Any]) -> None:
    to_lead(
        clarification.application,
        template="applications/email/returned",
        key=f"clarification:{clarification.pk}",
        clarification=clarification,
        section_titles=section_titles,
    )
