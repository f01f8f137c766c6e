"""Where an e-mail stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Reserved by RFC 2606: no such address can exist.
ERASED_DOMAIN = "erased.invalid"


class MessageStatus(models.TextChoices):
    HELD = "held", _("Held until released")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DOUBT = "doubt", _("Delivery uncertain")
    DISCARDED = "discarded", _("Discarded")
    RETURNED = "returned", _("Returned")


# Nothing becomes of these any more.
FINAL = (MessageStatus.SENT, MessageStatus.RETURNED, MessageStatus.DISCARDED)
NOT_SENT = (MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.FAILED, MessageStatus.DOUBT)
