from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalculationsConfig(AppConfig):
    name = "core.calculations"
    label = "calculations"
    verbose_name = _("Calculations")
