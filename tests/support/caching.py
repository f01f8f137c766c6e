"""Nothing cached: neither in Redis nor in the memory of the process."""

from django.conf import settings
from django.core.cache import caches

from impact.cache import forget_all


def empty_caches() -> None:
    for name in settings.CACHES:
        caches[name].clear()
    forget_all()
