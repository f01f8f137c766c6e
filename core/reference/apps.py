from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "core.reference"
    label = "reference"
    verbose_name = _("Reference data")

    def ready(self) -> None:
        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="reference.load_after_migrate")


def load_after_migrate(
    *, using: str = DEFAULT_DB_ALIAS, plan: list[Any] | None = None, **kwargs: Any
) -> None:
    """Load the data files, unless the tables are at an older or newer state than our models."""
    # Models may not be imported before the app registry is ready.
    from core.reference.loading import load
    from core.reference.migrating import is_schema_current

    # A flush (transactional tests) sends the signal without a plan: the schema has not moved.
    if using == DEFAULT_DB_ALIAS and (plan is None or is_schema_current(using)):
        load()
