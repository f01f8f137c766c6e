"""Letters that are held: edited one by one, written anew together, released together."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.applying import letter_texts
from applications.enums import SelectionStatus
from applications.models import LetterEdit, Selection
from applications.selecting import letters, readiness
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import require
from core.mail import actions as mail
from core.mail.models import Message

Written = mail.WrittenText


@transaction.atomic
def edit(*, message_id: int, by: User, subject: str, body: str, seen: int | None = None) -> None:
    """Give one held letter another subject and text, on record.

    Args:
        message_id: a letter that is held.
        by: the person.
        subject: in one line.
        body: the whole text.
        seen: how many edits the letter had when the person read it; None overwrites.

    Raises:
        NotAllowed: the person may not release this letter, or it is not held any more.
        ValidationError: somebody has edited it since.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    require(by, letters.permission_to_change(message))
    if seen is not None and seen != message.letter_edits.count():
        raise ValidationError(_("Somebody has edited this letter since you opened it. Open it again."))
    _rewrite(message, Written(" ".join(subject.split()), body.strip() + "\n"), by=by, is_by_hand=True)


@transaction.atomic
def rewrite(*, selection_id: int, by: User, also_edited: bool = False) -> int:
    """Write the held letters of a selection anew from the templates; returns how many changed.

    Args:
        selection_id: a confirmed selection.
        by: the person.
        also_edited: also those that somebody edited by hand.

    Raises:
        NotAllowed: the person may not release letters.
        ValidationError: the selection is not confirmed.
    """
    selection = _confirmed(selection_id, by)
    held = {message.dedupe_key: message for message in letters.held_of(selection)}
    by_hand = set(
        LetterEdit.objects.filter(message__in=held.values(), is_by_hand=True).values_list(
            "message", flat=True
        )
    )
    changed = 0
    entries = selection.entries.select_related("application__call")
    for entry in entries.prefetch_related("application__members__user"):
        message = held.get(letters.outcome_key(selection, entry.application_id))
        if message is None or (message.pk in by_hand and not also_edited):
            continue
        message.language = letter_texts.language_of(entry.application)
        written = letter_texts.write(entry.outcome, entry.application, rank=entry.rank)
        changed += _rewrite(message, written, by=by, is_by_hand=False)
    return changed


@transaction.atomic
def release(
    *, selection_id: int, by: User, kept: Collection[int] = (), accepting: Acceptance | None = None
) -> int:
    """Send the held letters of a confirmed selection together; returns how many.

    Args:
        selection_id: a confirmed selection.
        by: the person.
        kept: keys of letters that stay held.
        accepting: the person's word that they leave although something is unfinished.

    Raises:
        NotAllowed: the person may not release letters.
        ValidationError: the selection is not confirmed, or no letter is left to release.
        NotFinished: something is unfinished (`readiness.before_release`).
    """
    selection = _confirmed(selection_id, by)
    unfinished = readiness.before_release(selection)
    require_finished(unfinished, accepting)
    keys = [message.dedupe_key for message in letters.held_of(selection) if message.pk not in kept]
    released = mail.release(keys=keys)
    if not released:
        raise ValidationError(_("There are no letters on hold any more."))
    record(readiness.RELEASING, selection, by=by, unfinished=unfinished, accepting=accepting)
    return released


def _confirmed(selection_id: int, by: User) -> Selection:
    require(by, "applications.release_letters")
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.status != SelectionStatus.CONFIRMED:
        raise ValidationError(_("Only the letters of a confirmed selection can be sent."))
    return selection


def _rewrite(message: Message, written: Written, *, by: User, is_by_hand: bool) -> bool:
    before = Written(message.subject, message.body)
    if written == before:
        return False
    mail.rewrite(message=message, written=written)
    LetterEdit.objects.create(
        message=message,
        by=by,
        is_by_hand=is_by_hand,
        subject_before=before.subject,
        body_before=before.body,
        subject=written.subject,
        body=written.body,
    )
    return True
