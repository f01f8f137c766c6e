from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpertsConfig(AppConfig):
    name = "experts"
    verbose_name = _("Experts")

    def ready(self) -> None:
        from experts.actions.merging import merge_accounts
        from impact.accounts.merging import when_merged

        when_merged(merge_accounts)
