"""Which code is ours: the packages beside `manage.py`, so that no list of them can grow old."""

from __future__ import annotations

from django.conf import settings


def packages() -> list[str]:
    """Return the names of all packages that run, without the tests."""
    return sorted({path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"})
