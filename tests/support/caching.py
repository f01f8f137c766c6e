"""Nothing cached: neither in Redis nor in the memory of the process."""

from django.core.cache import cache

from impact.cache import forget_all


def empty_caches() -> None:
    cache.clear()
    forget_all()
