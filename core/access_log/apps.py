from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "core.access_log"
    label = "access"
    verbose_name = _("Accountability")
