"""Time that is left, a wish to stop, and news of how far the search has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

POLL_S = 0.1

Stop = Callable[[], bool]  # asked whether to end early, possibly from another thread


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """News of a running search.

    Attributes:
        phase: "tables", "fairness", "sum", "changes", "balance", "canonical" or "diagnosis".
        share: how much of the phase is done, 0 to 1, or None if that cannot be told.
        best: sum of the scores of the best teams found so far, or None before the first.
        bound: no answer with the same fairness can have a higher sum, or None if that is not known yet.
    """

    phase: str
    share: float | None
    best: int | None
    bound: int | None


class Budget:
    """Ends a search at its time limit or when asked; both leave the best answer so far."""

    def __init__(
        self,
        seconds: float,
        *,
        progress: Callable[[SearchProgress], None] | None = None,
        should_stop: Stop | None = None,
    ) -> None:
        self._end = time.monotonic() + seconds
        self._progress = progress
        self._should_stop = should_stop
        self._stopped = False
        self.best: int | None = None
        self.bound: int | None = None

    @property
    def left(self) -> float:
        """Return the seconds left, 0 when the search must end."""
        if not self._stopped and self._should_stop is not None:
            self._stopped = self._should_stop()
        return 0.0 if self._stopped else max(0.0, self._end - time.monotonic())

    @contextmanager
    def keep(self, share: float) -> Iterator[None]:
        """Keep a share of the time left back for what comes after the block."""
        kept = self.left * share
        self._end -= kept
        try:
            yield
        finally:
            self._end += kept

    def is_over(self) -> bool:
        return self.left <= 0.0

    def tell(self, phase: str, share: float | None = None) -> None:
        if self._progress is not None:
            self._progress(SearchProgress(phase, share, self.best, self.bound))

    @contextmanager
    def watch(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call ``stop`` from another thread if the wish to stop comes while a solver is busy."""
        if self._should_stop is None:
            yield
            return
        finished = Event()

        def poll() -> None:
            while not finished.wait(POLL_S):
                if self.is_over():
                    stop()
                    return

        watcher = Thread(target=poll, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()
