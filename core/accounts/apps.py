from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # These need models, so they cannot stand on top.
        from core.accounts import second_factor, sessions  # noqa: F401  # their receivers
        from core.accounts.roles import sync_roles

        # After django.contrib.auth's own receiver, which makes the permissions of the same app.
        post_migrate.connect(sync_roles)
