"""What somebody can say about an e-mail that another person caused."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObjectionKind(models.TextChoices):
    SENDER = "sender", _("No e-mails from this person")
    ALL = "all", _("No unrequested e-mails")
    MISUSE = "misuse", _("Misuse reported")
    LIFTED = "lifted", _("E-mails allowed again")


# What keeps every e-mail away that others cause, whoever they are.
AGAINST_EVERYBODY = (ObjectionKind.ALL, ObjectionKind.MISUSE)
