"""What a process loads that only shows pages: no solver, and nothing else that few pages need."""

from __future__ import annotations

import json
import subprocess
import sys

from django.conf import settings

HEAVY = (
    "docx",
    "fontTools",
    "icalendar",
    "jsonschema",
    "lxml",
    "numpy",
    "openpyxl",
    "ortools",
    "pandas",
    "qrcode",
    "scipy",
    "typst",
)
LOAD = f"""
import django, json, sys
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_pages_load_nothing_heavy_before_it_is_needed():
    """A process of its own: this one has loaded all of it."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=settings.BASE_DIR, capture_output=True, check=True, timeout=60
    )

    assert json.loads(done.stdout) == []
