"""The e-mails that a decision of staff causes; each is a row of the outbox, written in its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from applications.enums import TOLD_BY_LETTER, ApplicationStatus, LetterKind, MemberRole
from applications.models import (
    Application,
    ApplicationChange,
    CallExtension,
    Clarification,
    Member,
    Selection,
    SelectionEntry,
)
from applications.selecting import letter_texts
from core.mail import actions as mail
from core.mail import links
from core.mail.enums import MessageStatus
from core.mail.models import Message


def template_of(kind: str) -> str:
    """Return the name under which the outbox keeps letters of a kind; their texts are `LetterTemplate`s."""
    return f"applications/email/{kind}"


def verdict_key(application: Application) -> str:
    """The key of the letter about the last verdict: a verdict taken back and given anew is another."""
    return f"application:{application.pk}:verdict:{application.changes.last().pk}"


def about_verdict(application: Application) -> Message | None:
    """Return the letter about the refusal that stands, whether it has left or not."""
    if application.status != ApplicationStatus.INELIGIBLE:
        return None
    return Message.objects.with_keys([verdict_key(application)]).first()


def permission_to_change(letter: Message) -> str:
    """Who may let a letter go may change it."""
    is_verdict = letter.template == template_of(LetterKind.INELIGIBLE)
    return "applications.screen_application" if is_verdict else "applications.release_letters"


def outcome_key(selection: Selection, application_id: int) -> str:
    return f"selection:{selection.pk}:application:{application_id}"


def outcome_keys(selection: Selection) -> list[str]:
    return [outcome_key(selection, pk) for pk in selection.entries.values_list("application_id", flat=True)]


def held_of(selection: Selection) -> list[Message]:
    """Return the letters of a selection that still wait, locked."""
    return list(Message.objects.with_keys(outcome_keys(selection)).held().select_for_update().order_by("pk"))


def told_to(application: Application) -> Message | None:
    """Return the letter of the present outcome as the applicants may read it: once it was released."""
    if application.status not in TOLD_BY_LETTER:
        return None
    about = Message.objects.about(application.about).filter(template=template_of(application.status))
    letter = about.order_by("-created_at", "-pk").first()
    is_released = letter is not None and letter.status not in (MessageStatus.HELD, MessageStatus.DISCARDED)
    return letter if is_released else None


def hold_verdict(application: Application, *, reason: str) -> None:
    """Write the letter to an applicant who may not take part; it waits until staff release it."""
    _to_lead(
        application,
        template=template_of(LetterKind.INELIGIBLE),
        key=verdict_key(application),
        is_held=True,
        written=letter_texts.write(LetterKind.INELIGIBLE, application, reason=reason),
    )


def hold_outcomes(selection: Selection, entries: Iterable[SelectionEntry]) -> None:
    """Write the letters of a confirmed selection; they wait until staff release them together."""
    for entry in entries:
        _to_lead(
            entry.application,
            template=template_of(entry.outcome),
            key=outcome_key(selection, entry.application_id),
            is_held=True,
            written=letter_texts.write(entry.outcome, entry.application, rank=entry.rank),
        )


def ask(clarification: Clarification, *, section_titles: list[Any]) -> None:
    _to_lead(
        clarification.application,
        template="applications/email/returned",
        key=f"clarification:{clarification.pk}",
        clarification=clarification,
        section_titles=section_titles,
    )


def confirm_withdrawal(change: ApplicationChange) -> None:
    _to_lead(
        change.target,
        template="applications/email/withdrawn",
        key=f"application:{change.target_id}:withdrawn:{change.pk}",
    )


def announce_extension(extension: CallExtension, members: Iterable[Member]) -> int:
    """Tell everyone who writes on a draft; a person with several drafts of the call hears once."""
    people = {member.user_id: member for member in members}
    for member in people.values():
        mail.post(
            template="applications/email/extended",
            to=member.user.email,
            context={
                "extension": extension,
                "call": extension.call,
                "link": links.page_of(member.application),
            },
            dedupe_key=f"extension:{extension.pk}:user:{member.user_id}",
            about=member.application.about,
            language=member.user.language,
        )
    return len(people)


def _to_lead(
    application: Application,
    *,
    template: str,
    key: str,
    is_held: bool = False,
    written: mail.Written | None = None,
    **context: Any,
) -> None:
    lead = application.members.select_related("user").get(role=MemberRole.LEAD)
    mail.post(
        template=template,
        to=lead.user.email,
        context={"application": application, "link": links.page_of(application), **context},
        dedupe_key=key,
        about=application.about,
        language=lead.user.language,
        is_held=is_held,
        written=written,
    )
