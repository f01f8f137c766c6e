"""Testing, scheduling and taking back a bulletin; the worker sends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import NotAllowed, move
from core.mail.actions import post_many
from newsletter import pipeline, tasks
from newsletter.enums import BulletinStatus
from newsletter.models import Bulletin

SEND = "newsletter.send_bulletin"


@transaction.atomic
def send_test(*, bulletin_id: int, by: Any) -> Bulletin:
    """Mail the bulletin in both languages to the person who asks.

    Raises:
        NotAllowed: without the right to send.
    """
    bulletin = _lock(bulletin_id, by)
    post_many(template=pipeline.TEMPLATE, letters=pipeline.test_letters(bulletin, by.email))
    return bulletin


@transaction.atomic
def schedule(*, bulletin_id: int, by: Any, send_at: datetime | None = None) -> Bulletin:
    """Give a bulletin its time, or send it now.

    Args:
        send_at: aware; None for now.

    Raises:
        NotAllowed: without the right to send.
        IllegalMove: no draft.
        ValidationError: the time is past, or nobody could be reached because it has no topic.
    """
    bulletin, now = _lock(bulletin_id, by), timezone.now()
    if send_at and send_at < now:
        raise ValidationError(_("This time is past. Choose a later one, or leave it empty to send now."))
    if not bulletin.topics:
        raise ValidationError(_("Choose the topics of the bulletin first."))
    bulletin.send_at = send_at or now
    bulletin.save(update_fields=["send_at"])
    move(bulletin, BulletinStatus.SCHEDULED, by=by)
    if bulletin.send_at <= now:
        # A partial has no name for the log entry that Django writes when the broker is down.
        transaction.on_commit(lambda: tasks.send.delay(bulletin.pk), robust=True)
    return bulletin


@transaction.atomic
def unschedule(*, bulletin_id: int, by: Any) -> Bulletin:
    """Turn a scheduled bulletin into a draft again, as long as not one e-mail was written.

    Raises:
        NotAllowed: without the right to send.
        IllegalMove: not scheduled, or on its way already.
    """
    bulletin = _lock(bulletin_id, by)
    move(bulletin, BulletinStatus.DRAFT, by=by)
    return bulletin


def _lock(bulletin_id: int, by: Any) -> Bulletin:
    if not by.has_perm(SEND):
        raise NotAllowed
    return Bulletin.objects.select_for_update().get(pk=bulletin_id)
