"""No test waits for ever: past its limit it fails; where that cannot stop it, the whole run ends."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

LIMIT = "seconds_for_a_test"
# How soon it fails again that caught its first failure, in seconds.
AGAIN_SECONDS = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(LIMIT, "How long a test may take, and what is made and put away for it each.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _failing_past_its_limit(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _failing_past_its_limit(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with _failing_past_its_limit(item):
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: Any, sched: Any) -> None:
    """End the run: pytest-xdist 3.8 waits for ever where a process died that had groups of tests to run."""
    sched.config.pluginmanager.getplugin("dsession").shouldstop = f"the process of {crashitem} died"


@contextmanager
def _failing_past_its_limit(item: pytest.Item) -> Iterator[None]:
    seconds = float(item.config.getini(LIMIT))

    def fail(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"It has not ended after {seconds:g} seconds.")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
