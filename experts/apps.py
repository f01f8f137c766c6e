from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpertsConfig(AppConfig):
    name = "experts"
    verbose_name = _("Experts")

    def ready(self) -> None:
        from core.accounts.merging import when_merged
        from experts.actions.merging import merge_accounts

        when_merged(merge_accounts)
        from core.privacy import registry
        from experts import holdings

        registry.register(holdings.part())
        from core.questionnaires import purposes
        from experts.purpose import EXPERT

        purposes.register(EXPERT)
        from core.decision_log import sources as decisions
        from experts import logged

        decisions.register(*logged.sources(), no_decisions=logged.NO_DECISIONS)
