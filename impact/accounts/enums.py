"""The roles of OECD staff, each a Django group of the same name, and what may change about an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "programme manager", _("Programme manager")
    COMMUNICATIONS = "communications", _("Communications")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class AccountChangeKind(models.TextChoices):
    """What about an account has changed."""

    ROLES = "roles", _("Roles")
    ACTIVE = "active", _("Open or closed")
    ADDRESS = "address", _("E-mail address")
    SECOND_FACTOR = "second factor", _("Second factor")
