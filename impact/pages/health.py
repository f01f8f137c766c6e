"""Whether this process lives, and whether it can do its work; for load balancers and monitors."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from impact.celery import app

logger = logging.getLogger(__name__)
BROKER_TIMEOUT_SECONDS = 2
ESSENTIAL = {"database", "migrations"}


class NotReady(Exception):
    """Raised by a check whose part answers, but not as it should."""


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    results = {name: _outcome(name, check) for name, check in CHECKS.items()}
    failed = {name for name, outcome in results.items() if outcome != "ok"}
    # Without the broker or the cache people still write and submit: nobody may be sent away for them.
    is_ready = not failed & ESSENTIAL
    status = ("degraded" if failed else "ok") if is_ready else "failed"
    return JsonResponse({"status": status, "checks": results}, status=200 if is_ready else 503)


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception:  # whatever a driver raises; the reason belongs in the log, not on the web
        logger.exception("Health check %s failed", name)
        return "failed"
    return "ok"


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("Migrations are not applied.")


def check_cache() -> None:
    cache.set("health", "ok", timeout=10)
    if cache.get("health") != "ok":
        raise NotReady("The cache does not keep what it is given.")


def check_broker() -> None:
    with app.connection_for_write(connect_timeout=BROKER_TIMEOUT_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)


CHECKS = {
    "database": check_database,
    "migrations": check_migrations,
    "cache": check_cache,
    "broker": check_broker,
}
