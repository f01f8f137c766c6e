from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from core.privacy import registry
        from matching import holdings

        registry.register(holdings.part())
        from experts import commitments as pool
        from matching.commitments import commitments

        pool.register(commitments())
        from applications.selecting import endings
        from matching.endings import Matches

        endings.register(Matches())
        from core.decision_log import sources as decisions
        from matching import logged

        decisions.register(*logged.sources(), no_decisions=logged.NO_DECISIONS)
        from applications import stages as way
        from matching.stages import stages

        way.register(stages())
