"""Subscribers and bulletins at every stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.accounts.enums import Role
from newsletter import actions
from newsletter.enums import SubscriberStatus, Topic
from newsletter.models import Bulletin, Subscriber
from tests.builders.people import person
from tests.support.people import fresh_address


def ask(email: str = "", topics: Iterable[str] = (Topic.EVENTS,), language: str = "en") -> Subscriber:
    """Return a subscriber who has not confirmed yet."""
    email = email or fresh_address("reader")
    actions.subscribe(email=email, topics=topics, language=language)
    return Subscriber.objects.with_email(email).get()


def make_subscriber(
    email: str = "", topics: Iterable[str] = (Topic.EVENTS,), language: str = "en"
) -> Subscriber:
    """Return a confirmed subscriber."""
    return actions.confirm(subscriber_id=ask(email, topics, language).pk)


def subscriber_at(status: str, email: str = "") -> Subscriber:
    """Return a subscriber who came to the status by what leads there."""
    if status == SubscriberStatus.PENDING:
        return ask(email)
    subscriber = make_subscriber(email)
    if status == SubscriberStatus.UNSUBSCRIBED:
        actions.unsubscribe(subscriber_id=subscriber.pk)
    if status == SubscriberStatus.UNREACHABLE:
        actions.stop_unreachable(email=subscriber.email, reason="User unknown")
    subscriber.refresh_from_db()
    assert subscriber.status == status
    return subscriber


def may_ask_again(subscriber: Subscriber) -> None:
    """Let time pass until another e-mail may be caused through the form."""
    Subscriber.objects.filter(pk=subscriber.pk).update(mailed_at=timezone.now() - timedelta(hours=1))


def schedule(bulletin: Bulletin) -> Bulletin:
    """Let a bulletin leave now; no worker has heard of it."""
    return actions.schedule(bulletin_id=bulletin.pk, by=person(Role.COMMUNICATIONS))


def make_bulletin(**fields: Any) -> Bulletin:
    given = {
        "topics": [Topic.EVENTS],
        "subject": {"en": "Webinar in May", "fr": "Webinaire en mai"},
        "body": {
            "en": "# Join us\n\nRead [more](https://example.org/webinar).",
            "fr": "# Participez\n\nLisez [la suite](https://example.org/webinaire).",
        },
    }
    return Bulletin.objects.create(**given | fields)
