"""Real parts for the tests: a database as the migrations leave it, a worker, a browser; no other machine.

PostgreSQL and Valkey run once for all processes of a test run: `python3 manage.py test` starts them.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template import Template
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.cache import patch_cache_control
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from core.calculations import actions as calculations
from impact.celery import app
from impact.local import browser as local_browser
from tests.support import drawing
from tests.support.browsing import ONLY_THIS_MACHINE, HouseRules, forget_all
from tests.support.caching import empty_caches
from tests.support.database import keep_migrated_rows, restore_migrated_rows
from tests.support.network import only_this_machine
from tests.support.worker import RealWorker

TESTS = Path(__file__).parent
OF_THE_WHOLE = (TESTS, TESTS / "impact" / "local")
OBJECTS_BETWEEN_COLLECTIONS = 50_000
# What is expected of a page is there in a moment, but not on a machine that has much else to do.
PATIENCE_MILLISECONDS = 30_000


def pytest_configure() -> None:
    if "IMPACT_LOCAL_DIR" not in os.environ:
        pytest.exit(
            "PostgreSQL and Valkey are not there. Run the tests with: python3 manage.py test", returncode=2
        )


def pytest_make_parametrize_id(val: object) -> str | None:
    """The content of a file is no name: it may be another in each process."""
    return "content" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the whole portal begin: at the end, all but one process would wait for the longest."""
    items.sort(key=lambda item: item.path.parent not in OF_THE_WHOLE)


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: to look through them for garbage again and again takes minutes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


@pytest.fixture(scope="session", autouse=True)
def _network_is_blocked() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    empty_caches()


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """A French page asked for by one test must not translate what the next one compares."""
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_whole_pages_are_kept(django_test_environment: None) -> Iterator[None]:
    """Django's client keeps a copy of what each part of a page was drawn with: a tenth of its time."""
    with mock.patch.object(Template, "_render", drawing.render):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every test finds what the migrations wrote, also after a test that commits."""
    with django_db_blocker.unblock():
        keep_migrated_rows()
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", side_effect=restore_migrated_rows):
        yield


@pytest.fixture
def calculates_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer a question as it is asked: the transaction of a test never commits, which calls the worker."""
    at_once = SimpleNamespace(on_commit=lambda call, **how: call())
    monkeypatch.setattr(calculations, "transaction", at_once)


@pytest.fixture(scope="session")
def _real_worker(django_db_setup: None) -> Iterator[RealWorker]:
    test_process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    worker = RealWorker(django_settings.LOCAL_DIR / f"worker-{test_process}")
    yield worker
    worker.end()


@pytest.fixture
def celery_worker_process(_real_worker: RealWorker, transactional_db: None) -> Iterator[RealWorker]:
    """A real worker; while it is in use, tasks are really published."""
    app.conf.task_always_eager = False
    _real_worker.ensure_running()
    yield _real_worker
    # A test may have killed it; what it left on the broker must not meet the next test.
    app.control.purge()
    _real_worker.ensure_running()
    _real_worker.wait_until_idle()
    app.conf.task_always_eager = True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, once for all tests of a process."""
    found = local_browser.find_or_fetch(django_settings.BASE_DIR / ".local" / "browser")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    # Playwright runs an event loop in this thread, where Django would forbid the database.
    wanted = {"PLAYWRIGHT_NODEJS_PATH": str(local_browser.NODE), "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    with mock.patch.dict(os.environ, wanted), sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.program,
            chromium_sandbox=False,
            env={**os.environ, **found.environment},
            args=[*local_browser.ARGUMENTS, ONLY_THIS_MACHINE],
        )
        yield started
        started.close()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept_by_the_browser() -> Iterator[None]:
    """As in production, a browser fetches a style sheet once, not with every page."""
    serve = StaticFilesHandler.serve

    def serve_for_an_hour(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(self, request)
        patch_cache_control(response, max_age=3600)
        return response

    with mock.patch.object(StaticFilesHandler, "serve", serve_for_an_hour):
        yield


@pytest.fixture(scope="session")
def window(django_db_setup: None, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """An empty page that stays open: to open a window takes longer than to load a page of ours.

    Set up after the database, so that no request of it is under way when the database goes.
    """
    context = browser.new_context(base_url=live_server.url, locale="en-GB", timezone_id="Europe/Brussels")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page, live_server: LiveServer) -> Iterator[Page]:
    """A fresh page on the live server; the test fails if it broke a rule that holds for every page."""
    rules = HouseRules(window.context, live_server.url)
    yield window.context.new_page()
    forget_all(window, live_server.url)
    rules.end()
    assert rules.broken == []
