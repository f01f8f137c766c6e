"""Which personal data the newsletter holds, and how long they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.privacy import reasons
from core.privacy.registry import Fate, HeldPart, Holding, RetentionRule
from newsletter import actions, portability
from newsletter.models import Subscriber

HOLDINGS = [
    Holding("newsletter.Subscriber.email", "", Fate.ERASED, told_as="newsletter"),
    Holding("newsletter.SubscriberChange.by", "to_status at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("newsletter.Bulletin.created_by", "subject__en created_at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("newsletter.BulletinChange.by", "to_status at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("newsletter.HistoricalBulletin.created_by", "history_date", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding(
        "newsletter.HistoricalBulletin.history_user", "history_date", Fate.NAMELESS, reasons.STAFF_RECORD
    ),
]


def part() -> HeldPart:
    """Return what this app registers."""
    reads_news = Q(email__in=Subscriber.objects.confirmed().values("email"))
    return HeldPart(holdings=HOLDINGS, tells=_tells, erase=_erase_person, in_use=reads_news, rules=_rules())


def _tells(person: User) -> Iterator[tuple[str, Any]]:
    for subscriber in Subscriber.objects.with_email(person.email):
        yield "newsletter", portability.everything(subscriber)


def _erase_person(person: User) -> None:
    _erase(Subscriber.objects.with_email(person.email))


def _erase(subscribers: QuerySet) -> None:
    for subscriber_id in subscribers.values_list("pk", flat=True):
        actions.erase(subscriber_id=subscriber_id)


def _rules() -> list[RetentionRule]:
    pending = timedelta(days=settings.UNCONFIRMED_SUBSCRIBERS_KEPT_DAYS)
    former = timedelta(days=settings.FORMER_SUBSCRIBERS_KEPT_DAYS)
    happens = _(
        "the address is deleted, but the record that somebody subscribed or unsubscribed, and "
        "when, is kept without it"
    )
    return [
        RetentionRule(
            "unconfirmed-subscribers",
            _("Newsletter addresses that were never confirmed"),
            pending,
            _("the e-mail asking for confirmation"),
            happens,
            lambda now: Subscriber.objects.never_confirmed_since(now - pending),
            _erase,
        ),
        RetentionRule(
            "former-subscribers",
            _("Newsletter addresses that unsubscribed or can no longer be reached"),
            former,
            _("the end of the subscription"),
            happens,
            lambda now: Subscriber.objects.left_before(now - former),
            _erase,
        ),
    ]
