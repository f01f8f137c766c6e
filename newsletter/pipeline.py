"""A bulletin on its way: batches of deliveries, each with its e-mail in one transaction."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from core import jobs
from core.history import move
from core.mail.actions import Letter, post_many
from core.mail.links import page
from core.markdown import to_html
from core.translated.texts import ENGLISH
from newsletter import links
from newsletter.enums import BulletinStatus
from newsletter.models import Bulletin, Delivery, Subscriber

logger = logging.getLogger(__name__)

# Nothing can be written then, and it is not the bulletin that failed.
DatabaseGone = (OperationalError, InterfaceError)
# Small enough to be quick to repeat after a crash, large enough for 100,000 subscribers in minutes.
BATCH = 500
TEMPLATE = "newsletter/email/bulletin"


@transaction.atomic
def send_next_batch(bulletin_id: int) -> bool:
    """Write the e-mails of the next batch; a worker that dies on the way leaves no trace of the batch.

    A batch that fails is tried again later, and with the last try the bulletin has failed.

    Returns:
        Whether there may be more to do here: False once it is sent, if it failed, and if another worker is
        at it.
    """
    due = Bulletin.objects.due(timezone.now()).filter(pk=bulletin_id)
    bulletin = due.select_for_update(skip_locked=True).first()
    if bulletin is None:
        return False
    if bulletin.status == BulletinStatus.SCHEDULED:
        move(bulletin, BulletinStatus.SENDING, by=None)
    try:
        return _try_batch(bulletin)
    except DatabaseGone:
        raise
    except Exception as error:  # whatever broke, staff must learn of it, and other bulletins must not wait
        logger.exception("Bulletin %s failed", bulletin.pk)
        jobs.note_failure(bulletin, jobs.describe(error))
        return False


def _try_batch(bulletin: Bulletin) -> bool:
    """Take a batch; where it fails as a whole, one by one, so that a bad subscriber stops nobody else."""
    try:
        with transaction.atomic():
            return _take_batch(bulletin, _write)
    except DatabaseGone:
        raise
    except Exception:
        logger.warning("A batch of bulletin %s is written one by one", bulletin.pk, exc_info=True)
    with transaction.atomic():
        return _take_batch(bulletin, _write_each)


def _take_batch(bulletin: Bulletin, write: Callable[[Bulletin, Sequence[Subscriber]], None]) -> bool:
    """Deliver to the next subscribers, or finish; returns whether there may be more."""
    # Locked: who unsubscribes now waits for this batch and then finds the e-mail to take back.
    waiting = Subscriber.objects.waiting_for(bulletin).select_for_update(of=("self",))
    subscribers = list(waiting[:BATCH])
    if subscribers:
        write(bulletin, subscribers)
    else:
        _finish(bulletin)
    if bulletin.failures:
        jobs.note_success(bulletin)
    return bool(subscribers)


def letter(bulletin: Bulletin, subscriber: Subscriber) -> Letter:
    """Return a bulletin as this subscriber gets it."""
    return Letter(
        to=subscriber.email,
        language=subscriber.language,
        context=contents(bulletin, subscriber.language),
        dedupe_key=f"bulletin:{bulletin.pk}:{subscriber.about}",
        about=subscriber.about,
        headers=links.headers(subscriber),
        secrets={
            "preferences_address": links.preferences_address(subscriber),
            "unsubscribe_address": links.unsubscribe_address(subscriber),
        },
    )


def test_letters(bulletin: Bulletin, to: str) -> list[Letter]:
    """Return a bulletin in each language for the person who writes it; its links lead to the public form."""
    address = page("newsletter:subscribe")
    return [
        Letter(
            to=to,
            language=language,
            context=contents(bulletin, language)
            | {"is_test": True, "preferences_address": address, "unsubscribe_address": address},
            dedupe_key=f"bulletin:{bulletin.pk}:test:{uuid.uuid4().hex}",
            about=f"bulletin:{bulletin.pk}",
        )
        for language, _text in bulletin.body
    ]


def contents(bulletin: Bulletin, language: str) -> dict[str, Any]:
    """Return subject, text and its HTML in a language; both in English if either is missing in it."""
    shown = language if bulletin.subject.get(language) and bulletin.body.get(language) else ENGLISH
    text = bulletin.body.get(shown)
    return {"subject": bulletin.subject.get(shown), "text": text, "html": to_html(text), "language": shown}


def _write_each(bulletin: Bulletin, subscribers: Sequence[Subscriber]) -> None:
    """Write to one after the other, and note those to whom nothing can be written."""
    errors = [(row, error) for row in subscribers if (error := _write_alone(bulletin, row))]
    if len(errors) == len(subscribers):
        # Then it is the bulletin that is broken, or the machine, and no subscriber.
        raise errors[0][1]
    Delivery.objects.bulk_create(
        Delivery(bulletin=bulletin, subscriber=row, error=type(error).__name__) for row, error in errors
    )


def _write_alone(bulletin: Bulletin, subscriber: Subscriber) -> Exception | None:
    """Write to one subscriber; returns what is wrong if that fails."""
    try:
        with transaction.atomic():
            _write(bulletin, [subscriber])
    except DatabaseGone:
        raise
    except Exception as error:
        logger.exception("Bulletin %s failed for subscriber %s", bulletin.pk, subscriber.pk)
        return error
    return None


def _write(bulletin: Bulletin, subscribers: Sequence[Subscriber]) -> None:
    letters = [letter(bulletin, subscriber) for subscriber in subscribers]
    messages = post_many(template=TEMPLATE, letters=letters)
    pairs = zip(subscribers, messages, strict=True)
    Delivery.objects.bulk_create(
        Delivery(bulletin=bulletin, subscriber=subscriber, message=message) for subscriber, message in pairs
    )


def _finish(bulletin: Bulletin) -> None:
    move(bulletin, BulletinStatus.SENT, by=None)
    bulletin.sent_at = timezone.now()
    bulletin.save(update_fields=["sent_at"])
