"""gunicorn's process with threads, where each new connection goes to the process that has the fewest.

All processes listen on one socket, and the system hands a connection to whichever is first: browsers and
proxies that keep theirs may all end up with one process, while the other cores have nothing to do.
"""

from __future__ import annotations

import mmap
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PLACES = 128
FREE = -1
# While another process with fewer connections is given the time to take one.
PAUSE_SECONDS = 0.0005
# After that it is taken by any: the other may be busy, or just ended.
PATIENCE_SECONDS = 0.02

# How many connections each process has; made before the processes are, which all see the same memory.
_connections = memoryview(mmap.mmap(-1, 4 * PLACES)).cast("i")
for _place in range(PLACES):
    _connections[_place] = FREE


class EvenWorker(ThreadWorker):
    """A process that leaves new connections to those that have fewer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # In the process that starts the others, so that no two take one place.
        super().__init__(*args, **kwargs)
        self._place = next((place for place in range(PLACES) if _connections[place] == FREE), None)
        self._waits_since: float | None = None
        self._say()

    def accept(self, listener: object) -> None:
        """Take a connection, unless another process should."""
        now = time.monotonic()
        if self._has_more_than_others():
            self._waits_since = self._waits_since or now
            if now - self._waits_since < PATIENCE_SECONDS:
                time.sleep(PAUSE_SECONDS)
                return
        self._waits_since = None
        super().accept(listener)
        self._say()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout)
        self._say()

    def leave(self) -> None:
        """Give the place up, once the process has ended."""
        if self._place is not None:
            _connections[self._place] = FREE

    def _say(self) -> None:
        if self._place is not None:
            _connections[self._place] = self.nr_conns

    def _has_more_than_others(self) -> bool:
        least = min((number for number in _connections if number != FREE), default=self.nr_conns)
        return bool(self.nr_conns > least)
