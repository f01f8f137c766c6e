from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "core.lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        from core.accounts.merging import when_merged
        from core.lists.actions import keep_those_of_one

        when_merged(keep_those_of_one)
