from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "core.privacy"
    label = "privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        from core.privacy import kernel

        kernel.register()
