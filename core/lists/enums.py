"""The words of how staff see and take away lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Separator(models.TextChoices):
    """What stands between two cells of a CSV file."""

    COMMA = ",", _("Comma: for Excel in English")
    SEMICOLON = ";", _("Semicolon: for Excel in French")


class ColumnUse(models.TextChoices):
    """What columns are chosen for."""

    SCREEN = "screen", _("Screen")
    FILE = "file", _("File")
