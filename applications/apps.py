from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        from applications.applying.actions.merging import merge_accounts
        from core.accounts.merging import when_merged

        when_merged(merge_accounts)
        from applications import holdings
        from core.privacy import registry

        registry.register(holdings.part())
        from applications.applying.carrying import APPLICATION
        from core.questionnaires import purposes

        purposes.register(APPLICATION)
        from applications.selecting import untold
        from core import embargo

        embargo.register(untold.names)
        from applications import logged
        from core.decision_log import sources as decisions

        decisions.register(*logged.sources(), no_decisions=logged.NO_DECISIONS)
