"""Many requests at the same time, or one while another is at work, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Call something that often, all begun together; returns the results in order."""
    gate = Barrier(count)

    def begin(number: int) -> Any:
        gate.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


class Other(Thread):
    """Does something on a connection of its own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act, self.error, self.result = act, None, None

    def run(self) -> None:
        try:
            self.result = self.act()
        except Exception as error:  # the test asks for it
            self.error = error
        finally:
            connection.close()

    def wait_until_it_waits_or_is_done(self) -> None:
        for _turn in range(600):
            if not self.is_alive() or _somebody_waits():
                return
            self.join(timeout=0.05)
        raise AssertionError("It neither waits nor is done.")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Not `pg_stat_activity`, which a transaction reads once.
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0
