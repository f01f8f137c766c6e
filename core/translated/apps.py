"""Translated text as an app: the functions of PostgreSQL that its columns need come by its migration."""

from django.apps import AppConfig


class TranslatedConfig(AppConfig):
    name = "core.translated"
    label = "translated"
    verbose_name = "IMPACT"
