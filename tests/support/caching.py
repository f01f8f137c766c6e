"""Nothing cached, neither in Redis nor in the memory of the process, and no server taken to be away."""

from django.conf import settings
from django.core.cache import caches

from core.breaker import close_all
from core.cache import forget_all
from core.mail import pipeline


def empty_caches() -> None:
    close_all()
    pipeline.server.succeeded()
    for name in settings.CACHES:
        caches[name].clear()
    forget_all()
