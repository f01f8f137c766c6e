from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from core.objections import consequences
        from core.privacy import registry
        from newsletter import actions, holdings

        consequences.when_closed(actions.unsubscribe_objector)
        registry.register(holdings.part())
        from core.decision_log import sources as decisions
        from newsletter import logged

        decisions.register(*logged.sources(), no_decisions=logged.NO_DECISIONS)
