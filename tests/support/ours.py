"""All that is ours, for tests of what holds everywhere: files, and models."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from impact.packages import packages


def python_files() -> list[Path]:
    """Return every file of Python that runs, in order; migrations too."""
    return sorted(path for name in packages() for path in (settings.BASE_DIR / name).rglob("*.py"))


def app_labels() -> set[str]:
    """Return the labels of the apps that are no third-party packages."""
    return {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in packages()}


def models() -> list[type[Model]]:
    """Return the models of our apps, without proxies and versions of rows."""
    ours = app_labels()
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ours
        and not model._meta.proxy
        and not model.__name__.startswith("Historical")
    ]
