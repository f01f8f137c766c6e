"""Several cases on one world: each finds it as it was, and none is made for one case alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tests.support.caching import empty_caches


@contextmanager
def undone() -> Iterator[None]:
    """Let everything inside happen in the database, and then not have happened."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        empty_caches()
