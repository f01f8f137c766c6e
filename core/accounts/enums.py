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
    ACTIVE = "active", _("Account closed or reopened")
    ADDRESS = "address", _("E-mail address")
    SECOND_FACTOR = "second factor", _("Second factor")
    SET_UP_CODE = "set-up code", _("Code to set up the second factor")
    MERGED = "merged", _("Merged with a second account")


class CodePurpose(models.TextChoices):
    """What a mailed code is typed for."""

    LOG_IN = "log in", _("Log in")
    CONFIRM = "confirm", _("Confirm that it is you")
    NEW_ADDRESS = "new address", _("Confirm a new address")
