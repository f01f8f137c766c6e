"""The demo's past happens at its own time: actions ask Django's clock, and the demo sets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at an aware time; only while the demo data is loaded."""
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield
