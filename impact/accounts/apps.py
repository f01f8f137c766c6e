from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "impact.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # These need models, so they cannot stand on top.
        from impact.accounts import second_factor, sessions  # noqa: F401  # their receivers
        from impact.accounts.roles import sync_roles

        # After django.contrib.auth's own receiver, which makes the permissions of the same app.
        post_migrate.connect(sync_roles)
