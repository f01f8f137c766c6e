"""No test waits for ever: one that hangs fails and the next one runs, or the run ends and says where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.limits import LIMIT

# Waits, and catches whatever a test may catch.
HANGS = """
from threading import Event

def test_that_hangs():
    try:
        Event().wait()
    except Exception:
        Event().wait()

def test_after_it():
    pass
"""
# Waits where no signal is heard.
IS_DEAF = HANGS.replace(
    "    try:", "    import signal\n    signal.pthread_sigmask(signal.SIG_BLOCK, {14})\n    try:"
)


@pytest.mark.parametrize(
    ("source", "ending", "reason"),
    [
        (HANGS, "1 failed, 1 passed", "It has not ended after 1 seconds."),
        (IS_DEAF, "::test_that_hangs died", "in test_that_hangs"),
    ],
    ids=["hears", "deaf"],
)
def test_test_that_hangs_is_ended(source: str, ending: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "test_hanging").with_suffix(".py").write_text(source)
    limits = ["-o", f"{LIMIT}=1", "-o", "faulthandler_timeout=3", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-c", settings.BASE_DIR / "pyproject.toml", "-n1", *limits]

    run = subprocess.run(
        [*command, tmp_path], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300
    )

    assert ending in run.stdout, run.stdout + run.stderr
    assert reason in run.stdout + run.stderr


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini(LIMIT)) < float(pytestconfig.getini("faulthandler_timeout"))
    assert pytestconfig.getini("faulthandler_exit_on_timeout") is True


@pytest.mark.django_db
def test_lock_that_is_never_given_fails_the_test_before_its_limit(pytestconfig: pytest.Config) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int / 1000 FROM pg_settings WHERE name = 'lock_timeout'")
        (seconds,) = cursor.fetchone()

    assert 0 < seconds == settings.LOCK_WAIT_SECONDS < float(pytestconfig.getini(LIMIT))
