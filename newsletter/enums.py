"""The words of the newsletter."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriberStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    UNREACHABLE = "unreachable", _("Undeliverable")


_S = SubscriberStatus
SUBSCRIBER_MOVES = {
    _S.PENDING: frozenset({_S.CONFIRMED, _S.UNSUBSCRIBED, _S.UNREACHABLE}),
    _S.CONFIRMED: frozenset({_S.UNSUBSCRIBED, _S.UNREACHABLE}),
    _S.UNSUBSCRIBED: frozenset({_S.PENDING}),
    # Whoever presses the button of an e-mail has received it after all.
    _S.UNREACHABLE: frozenset({_S.PENDING, _S.CONFIRMED, _S.UNSUBSCRIBED}),
}


class Topic(models.TextChoices):
    """The four of the announcement of IMPACT."""

    CALLS = "calls", _("Calls for pilot regions")
    EXPERTS = "experts", _("Calls for CLLD experts")
    EVENTS = "events", _("Webinars and events open to the public")
    ANALYSIS = "analysis", _("New tools and analysis")


class ConsentKind(models.TextChoices):
    ASKED = "asked", _("Asked to subscribe")
    CONFIRMED = "confirmed", _("Confirmed by e-mail")
    CHANGED = "changed", _("Changed topics")
    WITHDRAWN = "withdrawn", _("Unsubscribed")


class BulletinStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


_B = BulletinStatus
BULLETIN_MOVES = {
    _B.DRAFT: frozenset({_B.SCHEDULED}),
    _B.SCHEDULED: frozenset({_B.DRAFT, _B.SENDING}),
    _B.SENDING: frozenset({_B.SENT, _B.FAILED}),
    _B.SENT: frozenset(),
    # Staff try again, or edit it as long as nobody has got it.
    _B.FAILED: frozenset({_B.SENDING, _B.DRAFT}),
}
