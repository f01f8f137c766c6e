"""The roles of OECD staff; each is a Django group of the same name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "programme manager", _("Programme manager")
    COMMUNICATIONS = "communications", _("Communications")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
