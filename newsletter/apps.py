from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from core.objections import consequences
        from newsletter import actions

        consequences.when_closed(actions.unsubscribe_objector)
