from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "core.privacy"
    label = "privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        from core.accounts.merging import when_merged
        from core.privacy import kernel
        from core.privacy.merging import refuse_waiting_deletion

        kernel.register()
        when_merged(refuse_waiting_deletion)
