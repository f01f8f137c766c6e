"""The letters of a selection; each is a row of the outbox, written in its transaction and held."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Prefetch, prefetch_related_objects

from applications.applying import letter_texts
from applications.applying.emails import to_lead
from applications.applying.letters import template_of
from applications.enums import LetterKind, SelectionStatus
from applications.models import Application, LetterTemplate, Selection, SelectionEntry, Submission
from core.mail.models import Message


def permission_to_change(letter: Message) -> str:
    """Who may let a letter go may change it."""
    is_verdict = letter.template == template_of(LetterKind.INELIGIBLE)
    return "applications.screen_application" if is_verdict else "applications.release_letters"


def outcome_key(selection: Selection, application_id: int) -> str:
    return f"selection:{selection.pk}:application:{application_id}"


def outcome_keys(selection: Selection) -> list[str]:
    return [outcome_key(selection, pk) for pk in selection.entries.values_list("application_id", flat=True)]


def moved_by(selection: Selection, applications: Mapping[int, Application]) -> list[Application]:
    """Return the applications that still have the outcome that a confirmed selection gave them.

    One that was on the reserve list before, and stayed there, was not moved by it.
    """
    confirmed = selection.changes.filter(to_status=SelectionStatus.CONFIRMED).first()
    if confirmed is None:
        return []
    rows = [(applications[entry.application_id], entry.outcome) for entry in selection.entries.all()]
    still = [row for row, outcome in rows if row.status == outcome]
    return [row for row in still if row.changes.latest("pk").at >= confirmed.at]


def told_by(selection: Selection) -> set[int]:
    """Return the keys of the applications whose letter of this selection has left."""
    left = set(Message.objects.with_keys(outcome_keys(selection)).left().values_list("dedupe_key", flat=True))
    keys = selection.entries.values_list("application_id", flat=True)
    return {key for key in keys if outcome_key(selection, key) in left}


def held_of(selection: Selection) -> list[Message]:
    """Return the letters of a selection that still wait, locked."""
    return list(Message.objects.with_keys(outcome_keys(selection)).held().select_for_update().order_by("pk"))


def hold_outcomes(selection: Selection, entries: Collection[SelectionEntry]) -> None:
    """Write the letters of a confirmed selection; they wait until staff release them together."""
    _load_for_letters([entry.application for entry in entries])
    templates = {template.kind: template for template in LetterTemplate.objects.all()}
    for entry in entries:
        written = letter_texts.write(entry.outcome, entry.application, rank=entry.rank, templates=templates)
        to_lead(
            entry.application,
            template=template_of(entry.outcome),
            key=outcome_key(selection, entry.application_id),
            is_held=True,
            written=written,
        )


def _load_for_letters(applications: Sequence[Application]) -> None:
    """Read what letters say of many applications at once; one by one it took most of a confirmation."""
    versions = Submission.objects.latest_versions().without_answers()
    shown = Prefetch("submissions", versions, to_attr="loaded_versions")
    prefetch_related_objects(applications, "call", "members__user", shown)
