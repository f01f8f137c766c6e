"""Two subscriptions of one mailbox become one."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from core.accounts.merging import refuse_changed
from core.history import move
from core.mail import actions as mail
from core.mail.enums import ERASED_DOMAIN
from core.mail.mailboxes import reachable
from newsletter.enums import ConsentKind, SubscriberStatus
from newsletter.models import Subscriber

# Kept in the history.
DOUBLE = "A second subscription of the same mailbox."


def doubles() -> Iterator[tuple[Subscriber, Subscriber]]:
    """Yield the subscription to keep and its double: what the person said last counts.

    Each is looked up when it is asked for: merging the one before may have changed it.
    """
    last = 0
    while double := Subscriber.objects.doubles().filter(pk__gt=last).order_by("pk").first():
        last = double.pk
        other = Subscriber.objects.with_email(reachable(double.email)).first() or double
        yield (other, double) if _last_said(other) >= _last_said(double) else (double, other)


@transaction.atomic
def merge(*, kept_id: int, double_id: int) -> Subscriber:
    """Let one subscription stay, with its own status; links in old e-mails to the other one lead to it.

    The consents to the other one stay as proof. Topics of both are kept if both were confirmed.

    Raises:
        CannotMerge: they are no doubles any more; nothing was changed.
    """
    locked = Subscriber.objects.select_for_update().order_by("pk").in_bulk([kept_id, double_id])
    refuse_changed(Subscriber.objects.all(), locked, {kept_id, double_id})
    kept, double = locked[kept_id], locked[double_id]
    address = reachable(kept.email)
    if kept != double:
        if kept.status == double.status == SubscriberStatus.CONFIRMED:
            kept.topics = sorted({*kept.topics, *double.topics})
        _close(double, kept)
    kept.email = address
    kept.save(update_fields=["email", "topics"])
    return kept


def _close(double: Subscriber, kept: Subscriber) -> None:
    if double.status != SubscriberStatus.UNSUBSCRIBED:
        move(double, SubscriberStatus.UNSUBSCRIBED, by=None, reason=DOUBLE)
    mail.discard(about=double.about)
    double.email = f"{double.public_id.hex}@{ERASED_DOMAIN}"
    double.erased_at, double.merged_into = timezone.now(), kept
    double.save(update_fields=["email", "erased_at", "merged_into"])


def _last_said(subscriber: Subscriber) -> tuple[float, int]:
    # Anybody can ask for an address; what follows takes its owner.
    consent = subscriber.consents.exclude(kind=ConsentKind.ASKED).last()
    return (consent.at.timestamp() if consent else 0.0, -subscriber.pk)
