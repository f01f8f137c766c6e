"""What is mailed to a subscriber; every e-mail goes through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from core.mail.actions import post
from newsletter import links
from newsletter.models import Subscriber

# Nobody can fill a stranger's inbox by typing the address into our form again and again.
MAIL_AGAIN_AFTER = timedelta(minutes=10)


def ask_to_confirm(subscriber: Subscriber, *, is_urgent: bool = False) -> None:
    """Ask whether the owner of the address wants the news; nothing else is ever sent before the answer.

    Args:
        is_urgent: whether the e-mail of a moment ago named another choice than this one.
    """
    _post_sparingly(
        "confirm",
        subscriber,
        is_urgent=is_urgent,
        address=links.confirm_address(subscriber),
        until=timezone.now() + links.CONFIRM_LASTS,
        days=links.CONFIRM_LASTS.days,
    )


def say_already_subscribed(subscriber: Subscriber) -> None:
    """Tell a subscriber who asked again where the topics can be changed."""
    _post_sparingly("already", subscriber, address=links.preferences_address(subscriber))


def send_link(subscriber: Subscriber) -> None:
    """Send a subscriber the link to the preferences, which somebody asked for."""
    _post_sparingly("link", subscriber, address=links.preferences_address(subscriber), is_urgent=True)


def was_mailed_lately(subscriber: Subscriber) -> bool:
    """Whether an e-mail that anybody can cause was written so lately that no other one follows."""
    return subscriber.mailed_at is not None and timezone.now() - subscriber.mailed_at < MAIL_AGAIN_AFTER


def _post_sparingly(
    message: str,
    subscriber: Subscriber,
    *,
    address: str,
    until: datetime | None = None,
    is_urgent: bool = False,
    **context: Any,
) -> None:
    if was_mailed_lately(subscriber) and not is_urgent:
        return
    now = timezone.now()
    subscriber.mailed_at = now
    subscriber.save(update_fields=["mailed_at"])
    post(
        template=f"newsletter/email/{message}",
        to=subscriber.email,
        language=subscriber.language,
        context={"subscriber": subscriber, **context},
        secrets={"address": address},
        secrets_until=until,
        about=subscriber.about,
        dedupe_key=f"{subscriber.about}:{message}:{now:%Y%m%dT%H%M%S.%f}",
        is_optional=True,
    )
