"""The letters of a selection; each is a row of the outbox, written in its transaction and held."""

from __future__ import annotations

from collections.abc import Iterable

from applications.applying import letter_texts
from applications.applying.emails import to_lead
from applications.applying.letters import template_of
from applications.enums import LetterKind
from applications.models import Selection, SelectionEntry
from core.mail.models import Message


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


def hold_outcomes(selection: Selection, entries: Iterable[SelectionEntry]) -> None:
    """Write the letters of a confirmed selection; they wait until staff release them together."""
    for entry in entries:
        to_lead(
            entry.application,
            template=template_of(entry.outcome),
            key=outcome_key(selection, entry.application_id),
            is_held=True,
            written=letter_texts.write(entry.outcome, entry.application, rank=entry.rank),
        )
