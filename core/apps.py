"""The kernel as an app, for its template tags."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "IMPACT"
