"""Testing, scheduling and taking back a bulletin; the worker sends it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import embargo, jobs
from core.accounts.models import User
from core.history import NotAllowed, move
from core.mail.actions import post_many
from core.translated.gaps import gaps
from core.translated.texts import TO_PUBLISH
from newsletter import pipeline, tasks
from newsletter.enums import BulletinStatus
from newsletter.models import Bulletin

SEND = "newsletter.send_bulletin"


@transaction.atomic
def send_test(*, bulletin_id: int, by: User) -> Bulletin:
    """Mail the bulletin in each of its languages to the person who asks.

    Raises:
        NotAllowed: without the right to send.
    """
    bulletin = _lock(bulletin_id, by)
    post_many(template=pipeline.TEMPLATE, letters=pipeline.test_letters(bulletin, by.email))
    return bulletin


@transaction.atomic
def schedule(
    *, bulletin_id: int, by: User, send_at: datetime | None = None, tells_no_outcome: bool = False
) -> Bulletin:
    """Give a bulletin its time, or send it now.

    Args:
        send_at: aware; None for now.
        tells_no_outcome: the person's word that it names some whose letter is held, but tells no outcome.

    Raises:
        NotAllowed: without the right to send.
        IllegalMove: no draft.
        ValidationError: the time is past, nobody could be reached because it has no topic, English or
            French is not complete, or it names somebody whose letter with an outcome is still held.
    """
    bulletin, now = _lock(bulletin_id, by), timezone.now()
    if send_at and send_at < now:
        raise ValidationError(_("Enter a time in the future, or leave the field empty to send now."))
    if not bulletin.topics:
        raise ValidationError(_("Choose the topics for the bulletin first."))
    if missing := gaps([bulletin], TO_PUBLISH):
        text = _("Complete the translations first. Missing: %(texts)s.")
        raise ValidationError(text % {"texts": "; ".join(missing)})
    if not tells_no_outcome and (names := untold_names(bulletin)):
        text = _(
            "The bulletin names applicants whose outcome letters are still held: %(names)s. "
            "Wait until the letters are released, or confirm that the bulletin does not reveal "
            "an outcome."
        )
        raise ValidationError(text % {"names": ", ".join(names)})
    bulletin.send_at = send_at or now
    bulletin.save(update_fields=["send_at"])
    move(bulletin, BulletinStatus.SCHEDULED, by=by)
    if bulletin.send_at <= now:
        _wake_worker(bulletin)
    return bulletin


def untold_names(bulletin: Bulletin) -> list[str]:
    """Return whom a bulletin names of those who do not know their outcome yet."""
    return embargo.named_in(text for texts in (bulletin.subject, bulletin.body) for _language, text in texts)


@transaction.atomic
def unschedule(*, bulletin_id: int, by: User) -> Bulletin:
    """Turn a bulletin into a draft again, as long as not one e-mail was written.

    Raises:
        NotAllowed: without the right to send, or somebody has got it.
        IllegalMove: neither scheduled nor failed.
    """
    bulletin = _lock(bulletin_id, by)
    if bulletin.deliveries.exists():
        raise NotAllowed(_("Some subscribers have already received this bulletin, so it cannot be changed."))
    jobs.note_success(bulletin)
    move(bulletin, BulletinStatus.DRAFT, by=by)
    return bulletin


@transaction.atomic
def try_again(*, bulletin_id: int, by: User) -> Bulletin:
    """Continue with a bulletin that failed; nobody gets it twice.

    Raises:
        NotAllowed: without the right to send.
        IllegalMove: it has not failed.
    """
    bulletin = _lock(bulletin_id, by)
    jobs.try_again(bulletin, by=by)
    _wake_worker(bulletin)
    return bulletin


def _wake_worker(bulletin: Bulletin) -> None:
    # A partial has no name for the log entry that Django writes when the broker is down.
    transaction.on_commit(lambda: tasks.send.delay(bulletin.pk), robust=True)


def _lock(bulletin_id: int, by: User) -> Bulletin:
    if not by.has_perm(SEND):
        raise NotAllowed
    return Bulletin.objects.select_for_update().get(pk=bulletin_id)
