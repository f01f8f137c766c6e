"""The WSGI entry point for gunicorn."""

import gc
import os
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "impact.settings.production")


def load_ahead() -> None:
    """Load what Django loads for its first visitor: addresses, translations and our templates.

    gunicorn loads this module once and lets its processes share it, so that nobody waits for one that is new.
    """
    for language, _name in settings.LANGUAGES:
        with override(language):
            reverse("pages:home")
    for folder in cast(list[Path], settings.TEMPLATES[0]["DIRS"]):
        for file in Path(folder).rglob("*.*"):
            get_template(str(file.relative_to(folder)))


def share() -> None:
    """Take what is loaded out of the garbage collector, so that the processes go on sharing its memory.

    It writes a mark into each object that it looks at, and each page of memory that is written to is copied.
    """
    gc.collect()
    gc.freeze()


application = get_wsgi_application()
load_ahead()
share()
