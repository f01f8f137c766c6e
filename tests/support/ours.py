"""All that is ours, for tests of what holds everywhere: files, and models."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from impact.packages import packages


def python_files() -> list[Path]:
    """Return every file of Python that runs, in order; migrations too."""
    return sorted(path for name in packages() for path in (settings.BASE_DIR / name).rglob("*.py"))


def is_ours(module: str) -> bool:
    """Whether a module, or an app by its name, is no package of others."""
    return module.partition(".")[0] in packages()


def classes() -> Iterator[type]:
    """Yield every class that a module of ours defines, without settings, migrations and versions of rows."""
    for path in python_files():
        if {"migrations", "settings"} & set(path.parts) or path.name == "__main__.py":
            continue
        parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
        module = import_module(".".join(parts).removesuffix(".__init__"))
        for cls in vars(module).values():
            is_defined_here = isinstance(cls, type) and cls.__module__ == module.__name__
            if is_defined_here and not cls.__name__.startswith("Historical"):
                yield cls


def app_labels() -> set[str]:
    """Return the labels of the apps that are no third-party packages."""
    return {config.label for config in apps.get_app_configs() if is_ours(config.name)}


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
