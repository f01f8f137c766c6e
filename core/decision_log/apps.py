from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionLogConfig(AppConfig):
    name = "core.decision_log"
    label = "decision_log"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        from core.decision_log import kernel

        kernel.register_kernel()
